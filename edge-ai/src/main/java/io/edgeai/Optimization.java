package io.edgeai;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.optimize.InferenceOptimizer;
import io.edgeai.optimize.OptimizationReport;
import io.edgeai.optimize.OptimizationResult;
import io.edgeai.optimize.Recipe;
import io.edgeai.optimize.Retraining;
import io.edgeai.optimize.accelerator.Accelerator;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.partition.ShardAxis;
import io.edgeai.optimize.prune.PruneBudget;
import io.edgeai.optimize.retrain.TrainSettings;
import io.edgeai.optimize.search.Trial;
import io.edgeai.optimize.weightonly.BlockSettings;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One optimization of one version: say what to do, then run. What it finds is registered as a version derived from the
 * original and tagged with the accuracy measured. Not thread-safe.
 */
public final class Optimization {
    private final Models models;
    private final Tunings tunings;
    private final EdgeModelRegistry registry;
    private final InferenceOptimizer optimizer;
    private final ModelVersion original;
    private final Recipe.Builder recipe = Recipe.builder();

    Optimization(
            Models models,
            Tunings tunings,
            EdgeModelRegistry registry,
            InferenceOptimizer optimizer,
            ModelVersion original) {
        this.models = models;
        this.tunings = tunings;
        this.registry = registry;
        this.optimizer = optimizer;
        this.original = original;
    }

    /**
     * Static INT8: 8-bit weights and activations, ranges found by running unlabelled samples.
     *
     * @param samples about 64 typical inputs of a model with one float input, one row-major array each
     */
    public Optimization int8(float[][] samples) {
        return int8(CalibrationData.of(samples));
    }

    /** Static INT8, for models with any inputs. */
    public Optimization int8(CalibrationData samples) {
        recipe.int8(samples);
        return this;
    }

    /**
     * Tries every method on its own, measures each beside the original, and takes the best that keeps what is asked; the
     * original where nothing helps. With samples also what needs them.
     */
    public Optimization auto(CalibrationData samples) {
        recipe.auto(samples);
        return this;
    }

    /**
     * How long {@link #auto(CalibrationData)} may take. With it the search also prunes, trains what it prunes on the
     * examples of {@link #trainOn(LabelledData)}, and quantizes that; what there was no time for is named in the report.
     */
    public Optimization timeBudget(Duration time) {
        recipe.timeBudget(time);
        return this;
    }

    /** The most bytes that a process of its own may hold with the result, Java and engine included; measured on Linux. */
    public Optimization maxMemory(long bytes) {
        recipe.maxMemory(bytes);
        return this;
    }

    /** {@link #auto(CalibrationData)} for a model with one float input. */
    public Optimization auto(float[][] samples) {
        return auto(CalibrationData.of(samples));
    }

    /** {@link #auto(CalibrationData)} without samples: only methods that need none. */
    public Optimization auto() {
        recipe.auto();
        return this;
    }

    /** Dynamic INT8: 8-bit weights, ranges of activations found at run time; for transformers and recurrent models. */
    public Optimization int8Dynamic() {
        recipe.int8Dynamic();
        return this;
    }

    /** Weights of half size, computed with as before. */
    public Optimization fp16() {
        recipe.fp16();
        return this;
    }

    /** As {@link #fp16()}, rounded so that the layers' outputs on these samples change least. */
    public Optimization fp16(CalibrationData samples) {
        recipe.fp16(samples);
        return this;
    }

    /** {@link #fp16()} in bfloat16: the range of 32-bit floats, an eighth of the precision. */
    public Optimization bf16() {
        recipe.bf16();
        return this;
    }

    /** Weights of products and embeddings in blocks of 4 bits; rounded on the samples (GPTQ). */
    public Optimization int4(CalibrationData samples) {
        recipe.int4(samples);
        return this;
    }

    /** Weights in blocks as the settings say: 4 or 8 bits, the size of a block, how levels are chosen. */
    public Optimization blocks(BlockSettings how) {
        recipe.blocks(how);
        return this;
    }

    /** {@link #blocks(BlockSettings)} with samples, which GPTQ needs. */
    public Optimization blocks(BlockSettings how, CalibrationData samples) {
        recipe.blocks(how, samples);
        return this;
    }

    /** Of {@link #int8(CalibrationData)}: one scale a weight, convolutions equalized and levels fitted so that it does. */
    public Optimization perTensor() {
        recipe.perTensor();
        return this;
    }

    /** Opens the batch dimension of a model exported for one sample, alone or before one of the named ways. */
    public Optimization freeBatch() {
        recipe.freeBatch();
        return this;
    }

    /** Deals one layer out to shards side by side, alone or before one of the named ways. */
    public Optimization splitLayer(String output, int shards, ShardAxis axis) {
        recipe.splitLayer(output, shards, axis);
        return this;
    }

    /** Only what leaves every answer as it is, up to rounding: nodes joined, trees in a third of the bytes. */
    public Optimization simplify() {
        recipe.simplify();
        return this;
    }

    /**
     * Removes the channels that matter least first, alone or before one of the other ways.
     *
     * @param share of all channels, above 0 and below 1
     */
    public Optimization prune(double share) {
        recipe.prune(share);
        return this;
    }

    /** As {@link #prune(double)}, to other budgets, one after the other: multiplications for speed, parameters for size. */
    public Optimization prune(PruneBudget... budgets) {
        recipe.prune(budgets);
        return this;
    }

    /** Trains the original on the labelled examples before it is pruned and before it teaches. */
    public Optimization trainFirst(TrainSettings how) {
        recipe.trainFirst(how);
        return this;
    }

    /** Examples for {@link #fineTune()}, {@link #student} and {@link #quantizationAware()}, other than those judged on. */
    public Optimization trainOn(LabelledData labelled) {
        recipe.trainOn(labelled);
        return this;
    }

    /** {@link #trainOn(LabelledData)} for a model with one float input. */
    public Optimization trainOn(float[][] samples, int[] labels) {
        return trainOn(LabelledData.of(samples, labels));
    }

    /** Examples whose classes nobody knows: the original's answers are learned. */
    public Optimization trainOn(CalibrationData unlabelled) {
        recipe.trainOn(unlabelled);
        return this;
    }

    /** {@link #trainOn(CalibrationData)} for a model with one float input. */
    public Optimization trainOn(float[][] unlabelled) {
        return trainOn(CalibrationData.of(unlabelled));
    }

    /** Trains what {@link #prune(double)} leaves, on the examples and on the original's answers. */
    public Optimization fineTune() {
        recipe.fineTune();
        return this;
    }

    /** A smaller model that the original teaches; the other ways are then applied to it. */
    public Optimization student(OnnxGraph smaller) {
        recipe.student(smaller);
        return this;
    }

    /** {@link #student(OnnxGraph)} from the registry. */
    public Optimization student(ModelVersion smaller) {
        return student(models.graph(smaller));
    }

    /** Trains weights for the levels of static INT8. */
    public Optimization quantizationAware() {
        recipe.quantizationAware();
        return this;
    }

    /**
     * Keeps the original where no candidate reaches this share of its accuracy.
     *
     * @param share 0 to 1, e.g. 0.99 for at most one per cent lost
     */
    public Optimization keepAccuracy(double share, LabelledData labelled) {
        recipe.keepAccuracy(share, labelled);
        return this;
    }

    /** {@link #keepAccuracy(double, LabelledData)} for a model with one float input. */
    public Optimization keepAccuracy(double share, float[][] samples, int[] labels) {
        return keepAccuracy(share, LabelledData.of(samples, labels));
    }

    /** Static INT8 as TensorRT or OpenVINO want it; measured on this machine's processor. */
    public Optimization target(Accelerator engine, CalibrationData samples) {
        recipe.target(engine, samples);
        return this;
    }

    /** Also searches the engine's options for the version that comes out; {@link EdgeAI#serve} uses what is found. */
    public Optimization tuneRuntime() {
        recipe.tuneRuntime();
        return this;
    }

    /** Hears of progress and may cancel. */
    public Optimization progress(Progress listener) {
        recipe.progress(listener);
        return this;
    }

    /** Any further setting of the recipe. */
    public Optimization recipe(Consumer<Recipe.Builder> settings) {
        settings.accept(recipe);
        return this;
    }

    /**
     * Does the work on this thread.
     *
     * @throws io.edgeai.core.error.InvalidInputException where the recipe or the data do not fit the model
     * @throws OperationCancelledException where progress asks to stop; nothing is registered then
     */
    public Optimized run() {
        return run(recipe.build());
    }

    private Optimized run(Recipe plan) {
        OptimizationResult result = optimizer.optimize(models.graph(original), plan);
        OptimizationReport report = result.report();
        if (!report.kept()) {
            keep(original, report);
            return new Optimized(original, report);
        }
        byte[] bytes = OnnxWriter.toBytes(result.graph());
        if (plan.progress().cancelled()) {
            throw new OperationCancelledException(
                    "Optimization of (" + original.ref() + ") was cancelled before its result was registered.");
        }
        ModelVersion version = registry.register(original.model().name(), bytes, registration -> {
            registration.workload(original.workload()).derivedFrom(original.ref(), how(plan, report));
            ProvenanceTags.of(report, registration);
            result.options().provider().ifPresent(needed -> ModelProvider.tag(needed, registration));
            if (report.accuracyAfter() != null) {
                registration.tag(
                        Workloads.ACCURACY,
                        Double.toString(report.accuracyAfter().value()));
            }
        });
        keep(version, report);
        return new Optimized(version, report);
    }

    private void keep(ModelVersion version, OptimizationReport report) {
        if (report.tuning() != null) {
            tunings.keep(version, report.tuning());
        }
    }

    /** All steps in order, such as {@code structured-pruning+fine-tuning+int8-static}. */
    private static String how(Recipe plan, OptimizationReport report) {
        Retraining training = plan.retraining();
        Set<String> steps = new LinkedHashSet<>();
        if (training.first() != null) {
            steps.add("training");
        }
        if (training.student() != null) {
            steps.add(Trial.step(OptimizationKind.DISTILLATION));
        }
        if (plan.freesBatch()) {
            steps.add(Trial.step(OptimizationKind.DYNAMIC_BATCHING));
        }
        if (!plan.pruning().isEmpty()) {
            steps.add(Trial.step(OptimizationKind.STRUCTURED_PRUNING));
        }
        if (training.fineTuning() != null && !plan.searchesPruning()) {
            steps.add("fine-tuning");
        }
        if (!plan.splits().isEmpty()) {
            steps.add(Trial.step(OptimizationKind.PARTITIONING));
        }
        report.trials().stream().filter(Trial::accepted).map(Trial::steps).forEach(steps::addAll);
        return String.join("+", steps);
    }

    /**
     * {@link #run()} on a thread of its own. Cancelling the future stops the work at its next safe point; nothing is
     * registered then.
     *
     * @throws io.edgeai.core.error.InvalidInputException where the recipe is incomplete; all else comes by the future
     */
    public CompletableFuture<Optimized> start() {
        Recipe plan = recipe.build();
        return Background.start(
                "optimize",
                cancelled -> run(plan.toBuilder()
                        .progress(Cancellable.of(plan.progress(), cancelled))
                        .build()));
    }
}
