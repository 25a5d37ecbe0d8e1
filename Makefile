# The door. Each target is one script in make/; what a machine needs is set up on the way.
.DEFAULT_GOAL := help
.PHONY: help demo test check unit simulate fuzz mutants generate fmt images cli cluster cluster-down bench

help: ## this list
	@echo 'Fleet Reload: a ConfigMap edit reaches a fleet in canary waves, and a bad one stops at the canary.'
	@echo
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile
	@echo
	@echo 'Debian as root, Go 1.25, Node 20 and npm; all else is fetched. KUBE_BIN=dir uses Kubernetes binaries that are there.'

demo: ## ten nginx pods, good and bad edits, on a real Kubernetes made for it (KEEP=1 keeps it)
	@make/demo.sh

test: ## all tests, quick ones first; the last on a real Kubernetes (KEEP=1 keeps it)
	@make/test.sh

check: ## what CI runs: generate, types, lint, format, test
	@make/check.sh

unit: ## the quick tests: no cluster, and no root but for a few of them
	@make/npm.sh node test/run.ts unit scenarios simulation fuzz

simulate: ## the seeded simulation alone, a million happenings; SEED=… replays one
	@STEPS=$${STEPS:-1000000} make/npm.sh node test/run.ts simulation

fuzz: ## a million frames that are nearly right, of sidecars and of operators; FRAMES=… SEED=… replays one
	@FRAMES=$${FRAMES:-1000000} make/npm.sh node test/run.ts fuzz

mutants: ## does a test notice each small change of operator/plan? ONLY=room for one file of it
	@make/npm.sh node test/mutants/run.ts $(ONLY)

bench: ## sizes, counts, times and memory that docs/limits.md promises; ONLY=plan picks one
	@make/bench.sh

generate: ## the CRDs and docs/reference from the types in crds/ and the metrics, the chart's README from its values
	@make/npm.sh node crds/generate.ts
	@make/npm.sh node charts/readme.ts
	@make/npm.sh node operator/metrics/reference.ts
	@make/npm.sh node operator/conditions-reference.ts

fmt: ## format the code
	@make/npm.sh biome format --write

images: ## the operator's and the sidecar's images as archives, in dist/images/whole
	@make/images.sh

cli: ## the kubectl plugin as one file, dist/kubectl-reload
	@make/npm.sh node cli/build.ts

cluster: ## a one-node Kubernetes with our images to develop on; again: the new images
	@make/cluster-up.sh

cluster-down: ## ends it
	@make/cluster-down.sh
