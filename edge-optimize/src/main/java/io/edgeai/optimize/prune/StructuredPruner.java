package io.edgeai.optimize.prune;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.fuse.ConstantFolding;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.prune.channels.ChannelGroup;
import io.edgeai.optimize.prune.channels.ChannelMap;
import io.edgeai.optimize.prune.solve.Ranking;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Removes channels, heads and hidden units from a model, so that its shapes really shrink, and with samples repairs
 * what the others can make up for. Inputs and outputs of the model keep their shapes. Immutable and thread-safe, save
 * for the progress listener, which is called on the working thread.
 */
public final class StructuredPruner {
    private final Builder settings;

    private StructuredPruner(Builder settings) {
        this.settings = settings;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Prunes a model; the graph given is left as it is. A model with nothing to remove comes back simplified.
     *
     * @throws InvalidInputException where the samples do not fit the model, or the budget cannot be met
     * @throws io.edgeai.core.error.OperationCancelledException where the progress listener says so
     */
    public PrunedModel prune(OnnxGraph model) {
        return rank(model).prune(settings.budget);
    }

    /**
     * Finds the groups of channels of a model and ranks them once, to be cut to several budgets.
     *
     * @throws InvalidInputException where the samples do not fit the model
     * @throws io.edgeai.core.error.OperationCancelledException where the progress listener says so
     */
    public RankedModel rank(OnnxGraph model) {
        InferenceRuntime runtime =
                settings.engine == null ? Engines.discover().forFormat(ModelFormat.ONNX) : settings.engine;
        List<Map<String, Tensor>> feeds = settings.samples == null ? List.of() : settings.samples.feeds(model);
        Importance importance = importance();
        ChannelMap map = ChannelMap.of(prepared(model, runtime, importance instanceof Importance.BatchNormScale));
        List<ChannelGroup> groups = map.groups().stream()
                .filter(group -> settings.residuals || !group.residual())
                .filter(settings.groups)
                .toList();
        List<Ranking> rankings = Rankings.of(importance, map, groups, runtime, feeds, settings.seed, settings.progress);
        return new RankedModel(
                settings, runtime, model, map, rankings, feeds, importance instanceof Importance.BatchNormScale);
    }

    private Importance importance() {
        if (settings.importance != null) {
            return settings.importance;
        }
        return settings.samples == null ? Importance.l2() : Importance.reconstruction();
    }

    /** Constants as initializers, folded; batch normalization stays only where its factors are looked at. */
    private static OnnxGraph prepared(OnnxGraph model, InferenceRuntime runtime, boolean keepNormalization) {
        if (!keepNormalization) {
            return GraphPasses.simplified(model, runtime);
        }
        OnnxGraph copy = model.copy();
        Cleanup.separateInitializers(copy);
        Cleanup.constantNodes(copy);
        Cleanup.passThrough(copy);
        new ConstantFolding(runtime).apply(copy);
        Cleanup.plainReshapes(copy);
        Cleanup.deadCode(copy);
        return copy;
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        @Nullable
        PruneBudget chosen;

        PruneBudget budget = PruneBudget.macs(2);

        @Nullable
        Importance importance;

        @Nullable
        CalibrationData samples;

        @Nullable
        InferenceRuntime engine;

        boolean reconstruct = true;
        boolean residuals = true;
        boolean branches = true;
        Predicate<ChannelGroup> groups = group -> true;
        int roundTo = 8;
        int kernelBlock = 16;
        double leastShare = 0.1;
        int latencyRounds;
        long seed = 1;
        Ticker ticker = Ticker.threadCpu();
        Progress progress = Progress.NONE;

        private Builder() {}

        /** How much shall go; required. */
        public Builder budget(PruneBudget value) {
            this.chosen = value;
            return this;
        }

        /** By what channels are ranked; default {@link Importance#reconstruction()} with samples, else l2. */
        public Builder importance(Importance value) {
            this.importance = value;
            return this;
        }

        /** Typical inputs without labels, 64 to 512; with them layers are reconstructed. */
        public Builder samples(CalibrationData data) {
            this.samples = data;
            return this;
        }

        /** Whether layers are solved anew on the samples; default true. */
        public Builder reconstruct(boolean solve) {
            this.reconstruct = solve;
            return this;
        }

        /** Whether channels of residual paths may go, which every block of a stage shares; default true. */
        public Builder residuals(boolean allowed) {
            this.residuals = allowed;
            return this;
        }

        /** Whether a residual branch may go whole where that does the least harm; default true. */
        public Builder branches(boolean allowed) {
            this.branches = allowed;
            return this;
        }

        /** Only groups for which this holds are pruned; default all. */
        public Builder groups(Predicate<ChannelGroup> which) {
            this.groups = which;
            return this;
        }

        /** Widths left are multiples of this; default 8. */
        public Builder roundTo(int channels) {
            if (channels < 1 || channels > 1024) {
                throw new InvalidInputException("roundTo (" + channels + ") must be 1 to 1024.");
            }
            this.roundTo = channels;
            return this;
        }

        /**
         * Channels that the engine's kernels compute at once: a budget of MACs weighs what is won in whole blocks;
         * default 16, as on processors with AVX-512. 8 suits AVX2, 4 NEON, 1 counts MACs alone.
         */
        public Builder kernelBlock(int channels) {
            if (channels < 1 || channels > 1024) {
                throw new InvalidInputException("kernelBlock (" + channels + ") must be 1 to 1024.");
            }
            this.kernelBlock = channels;
            return this;
        }

        /** Share of each group that stays in any case; default 0.1. */
        public Builder keepAtLeast(double share) {
            if (!(share >= 0 && share <= 1)) {
                throw new InvalidInputException("keepAtLeast (" + share + ") must be 0 to 1.");
            }
            this.leastShare = share;
            return this;
        }

        /** Rounds in which both models are timed on the first sample; default 0, none. */
        public Builder latencyRounds(int rounds) {
            if (rounds < 0 || rounds > 10_000) {
                throw new InvalidInputException("latencyRounds (" + rounds + ") must be 0 to 10000.");
            }
            this.latencyRounds = rounds;
            return this;
        }

        /** Seed of the positions looked at; default 1. */
        public Builder seed(long value) {
            this.seed = value;
            return this;
        }

        /** The engine that runs samples; default the one found for ONNX. */
        public Builder runtime(InferenceRuntime runtime) {
            this.engine = runtime;
            return this;
        }

        /** The clock latency is measured with; default {@link Ticker#threadCpu()}. */
        public Builder ticker(Ticker clock) {
            this.ticker = clock;
            return this;
        }

        /** Told about progress (phases {@code observe layers}, {@code rank channels}, {@code reconstruct}). */
        public Builder progress(Progress listener) {
            this.progress = listener;
            return this;
        }

        /** @throws InvalidInputException listing everything that is wrong with the settings */
        public StructuredPruner build() {
            List<String> problems = new ArrayList<>();
            if (chosen == null) {
                problems.add("there is no budget: maybe PruneBudget.macs(2)");
            } else {
                budget = chosen;
            }
            if (importance != null && importance.needsSamples() && samples == null) {
                problems.add("importance (" + importance + ") needs samples");
            }
            if (latencyRounds > 0 && samples == null) {
                problems.add("latencyRounds (" + latencyRounds + ") needs a sample to run");
            }
            if (!problems.isEmpty()) {
                throw new InvalidInputException("Pruning cannot be set up: " + String.join("; ", problems)
                        + ". Maybe see StructuredPruner.Builder.");
            }
            Builder copy = new Builder();
            copy.budget = budget;
            copy.importance = importance;
            copy.samples = samples;
            copy.engine = engine;
            copy.reconstruct = reconstruct;
            copy.residuals = residuals;
            copy.branches = branches;
            copy.groups = groups;
            copy.roundTo = roundTo;
            copy.kernelBlock = kernelBlock;
            copy.leastShare = leastShare;
            copy.latencyRounds = latencyRounds;
            copy.seed = seed;
            copy.ticker = ticker;
            copy.progress = progress;
            return new StructuredPruner(copy);
        }
    }
}
