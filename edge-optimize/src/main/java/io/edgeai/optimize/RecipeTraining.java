package io.edgeai.optimize;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.train.Checkpoint;
import io.edgeai.core.train.Trained;
import io.edgeai.core.train.TrainingHistory;
import io.edgeai.core.train.data.TrainingData;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.retrain.FineTuning;
import io.edgeai.optimize.retrain.QuantizationAwareTraining;
import io.edgeai.optimize.retrain.TrainSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what a recipe trains, with the original, trained first where the recipe says so, as teacher. Where the run has a folder, each training leaves its
 * checkpoint there and goes on from it. Not thread-safe.
 */
final class RecipeTraining {
    private static final Ticker CPU = Ticker.threadCpu();

    private final InferenceRuntime runtime;
    private final Recipe recipe;
    private final Progress progress;
    private final OnnxGraph original;
    private final @Nullable Path folder;
    private final List<String> notes = new ArrayList<>();
    private @Nullable OnnxGraph teacher;

    /** @throws InvalidInputException where the examples or the student do not fit the original */
    RecipeTraining(
            InferenceRuntime runtime, Recipe recipe, Progress progress, OnnxGraph original, @Nullable Path folder) {
        this.runtime = runtime;
        this.recipe = recipe;
        this.progress = progress;
        this.original = original;
        this.folder = folder;
        OnnxGraph student = recipe.retraining().student();
        if (student != null) {
            same("reads", names(student.feeds()), names(original.feeds()));
            same("answers", names(student.outputs()), names(original.outputs()));
        }
        if (recipe.retraining().examplesGiven()) {
            recipe.retraining().examples(original);
        }
    }

    private static Set<String> names(List<OnnxValue> values) {
        return values.stream().map(OnnxValue::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static void same(String what, Set<String> student, Set<String> wanted) {
        if (!student.equals(wanted)) {
            throw new InvalidInputException("The student " + what + " (" + student + "), the original " + wanted
                    + ". Maybe rename them in the student.");
        }
    }

    /** The original, simplified and trained first where the recipe says so. */
    OnnxGraph teacher() {
        OnnxGraph made = teacher;
        if (made == null) {
            made = GraphPasses.simplified(original, runtime);
            TrainSettings how = recipe.retraining().first();
            made = how == null ? made : trained(made, how, "train-first");
            teacher = made;
        }
        return made;
    }

    /** The student after its lessons; null where there is none. */
    @Nullable
    OnnxGraph student() {
        OnnxGraph student = recipe.retraining().student();
        TrainSettings how = recipe.retraining().teaching();
        return student == null || how == null ? null : trained(student, how, "teach");
    }

    /** A pruned graph, trained where the recipe says so. */
    OnnxGraph fineTuned(OnnxGraph pruned) {
        TrainSettings how = recipe.retraining().fineTuning();
        return how == null ? pruned : trained(pruned, how, "fine-tune");
    }

    /**
     * A graph that a search has pruned, trained on examples of its own; leaves no checkpoint.
     *
     * @param watch hears of it and may stop it
     * @param name what it is called in the note about it
     * @param about where the note goes
     */
    OnnxGraph fineTuned(
            OnnxGraph pruned, Retraining lessons, TrainSettings how, Progress watch, String name, List<String> about) {
        FineTuning tuning = tuning(lessons.examples(pruned), how, new Named(watch, "fine-tune"))
                .build();
        long before = CPU.nanos();
        Trained trained = tuning.tune(pruned);
        about.add(note(name, before, "", trained));
        return trained.model();
    }

    private OnnxGraph trained(OnnxGraph start, TrainSettings how, String phase) {
        FineTuning tuning = tuning(start, how, phase);
        Checkpoint from = checkpoint(phase);
        long before = CPU.nanos();
        Trained trained = from == null ? tuning.tune(start) : tuning.resume(start, from);
        notes.add(note(phase, before, from == null ? "" : " since it was resumed", trained));
        return trained.model();
    }

    private static String note(String name, long before, String since, Trained trained) {
        List<TrainingHistory.Epoch> epochs = trained.history().epochs();
        return String.format(
                Locale.ROOT,
                "Training (%s) took %.0f s of CPU%s: loss %.3f in the first of %d epochs, %.3f in the last.",
                name,
                (CPU.nanos() - before) / 1e9,
                since,
                epochs.get(0).loss(),
                epochs.size(),
                epochs.get(epochs.size() - 1).loss());
    }

    /** What the user should know about the trainings so far. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** Static INT8 with weights trained for it. */
    Quantized quantized(OnnxGraph base, TrainSettings how, QuantizeSettings settings, Map<String, ValueRange> ranges) {
        String phase = "quantization-aware";
        return new QuantizationAwareTraining(tuning(base, how, phase), settings)
                .quantize(base, ranges, checkpoint(phase));
    }

    private FineTuning tuning(OnnxGraph start, TrainSettings how, String phase) {
        FineTuning.Builder tuning = tuning(recipe.retraining().examples(start), how, new Named(progress, phase));
        Path file = file(phase);
        if (file != null) {
            tuning.checkpoint(file);
        }
        return tuning.build();
    }

    private FineTuning.Builder tuning(TrainingData examples, TrainSettings how, Progress listener) {
        FineTuning.Builder tuning = FineTuning.builder(examples)
                .settings(how)
                .runtime(runtime)
                .seed(recipe.seed())
                .progress(listener);
        return how.teacherShare() == null || how.teacherShare() > 0 ? tuning.teacher(teacher()) : tuning;
    }

    private @Nullable Path file(String phase) {
        return folder == null ? null : folder.resolve(phase + ".checkpoint");
    }

    private @Nullable Checkpoint checkpoint(String phase) {
        Path file = file(phase);
        if (file == null || !Files.exists(file)) {
            return null;
        }
        try {
            return Checkpoint.read(file);
        } catch (EdgeException unreadable) {
            return null;
        }
    }

    /** Calls training by what is trained. */
    private record Named(Progress listener, String name) implements Progress {
        @Override
        public void update(String phase, long done, long total) {
            listener.update(phase.equals("train") ? name : phase, done, total);
        }

        @Override
        public boolean cancelled() {
            return listener.cancelled();
        }
    }
}
