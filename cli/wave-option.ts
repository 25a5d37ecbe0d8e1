import { InvalidArgumentError, Option } from 'commander';
import { WAVES_MAX } from '../crds/verb.ts';

export function waveOption(says: string): Option {
  return new Option('--wave <number>', says).argParser((text: string) => {
    const wave = /^[0-9]{1,2}$/.test(text) ? Number(text) : 0;
    if (wave < 1 || wave > WAVES_MAX) throw new InvalidArgumentError(`Waves are 1 to ${WAVES_MAX}.`);
    return wave;
  });
}
