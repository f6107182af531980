package io.edgeai.optimize;

import io.edgeai.core.model.Digest;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.train.data.TrainingData;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.retrain.TrainSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a recipe trains, and on which examples; the original is the teacher throughout. Immutable, as long as nobody
 * changes the student.
 *
 * @param labelled examples with their classes; null where none are given
 * @param unlabelled examples that only the teacher knows answers to; null where none are given
 * @param student a smaller model that learns from the original and then takes its place; null for none
 * @param first how the original is trained before it teaches and before it is pruned; null where it stays as given
 * @param teaching how the student learns; null without one
 * @param fineTuning how the pruned model is trained; null where it is not
 * @param quantizationAware how weights are trained for static INT8; null where they are not
 */
public record Retraining(
        @Nullable LabelledData labelled,
        @Nullable CalibrationData unlabelled,
        @Nullable OnnxGraph student,
        @Nullable TrainSettings first,
        @Nullable TrainSettings teaching,
        @Nullable TrainSettings fineTuning,
        @Nullable TrainSettings quantizationAware) {
    /** Trains nothing. */
    static final Retraining NONE = new Retraining(null, null, null, null, null, null, null);

    Retraining on(LabelledData examples) {
        return new Retraining(examples, null, student, first, teaching, fineTuning, quantizationAware);
    }

    Retraining on(CalibrationData examples) {
        return new Retraining(null, examples, student, first, teaching, fineTuning, quantizationAware);
    }

    Retraining first(TrainSettings how) {
        return new Retraining(
                labelled, unlabelled, student, how.teacherShare(0), teaching, fineTuning, quantizationAware);
    }

    Retraining taught(OnnxGraph model, TrainSettings how) {
        return new Retraining(labelled, unlabelled, model, first, how, fineTuning, quantizationAware);
    }

    Retraining tuned(TrainSettings how) {
        return new Retraining(labelled, unlabelled, student, first, teaching, how, quantizationAware);
    }

    Retraining aware(TrainSettings how) {
        return new Retraining(labelled, unlabelled, student, first, teaching, fineTuning, how);
    }

    /** Whether anything is trained. */
    public boolean any() {
        return first != null || steps().findAny().isPresent();
    }

    /** Those with a teacher. */
    private Stream<TrainSettings> steps() {
        return Stream.of(teaching, fineTuning, quantizationAware).flatMap(Stream::ofNullable);
    }

    boolean examplesGiven() {
        return labelled != null || unlabelled != null;
    }

    /** Identity of the examples and their classes; null without. */
    @Nullable
    Digest examplesDigest() {
        return labelled != null ? labelled.digest() : unlabelled != null ? unlabelled.digest() : null;
    }

    /** Identity of the student; null without. */
    @Nullable
    Digest studentDigest() {
        return student == null ? null : Digest.of(OnnxWriter.toBytes(student));
    }

    /** The examples as rows for a graph; to be asked where there are some. */
    TrainingData examples(OnnxGraph graph) {
        if (labelled != null) {
            return labelled.examples(graph);
        }
        if (unlabelled != null) {
            return unlabelled.examples(graph);
        }
        throw new IllegalStateException("Built without examples to train on.");
    }

    /** Some of the examples without their classes, as a graph's inputs; none where none are given. */
    List<Map<String, Tensor>> feeds(OnnxGraph graph, int most) {
        if (labelled != null) {
            return labelled.feeds(graph, most);
        }
        List<Map<String, Tensor>> all = unlabelled == null ? List.of() : unlabelled.feeds(graph);
        return all.subList(0, Math.min(most, all.size()));
    }

    /**
     * What does not fit together.
     *
     * @param prunes whether the recipe prunes by itself or in a search
     * @param searches whether a search prunes, which trains what is pruned without being told to
     */
    List<String> problems(boolean prunes, boolean searches, boolean staticInt8) {
        List<String> problems = new ArrayList<>();
        if (any() && !examplesGiven()) {
            problems.add("there are no examples to train on: write trainOn(data)");
        }
        if (!any() && examplesGiven() && !searches) {
            problems.add("trainOn gives examples, but nothing is trained: write fineTune, student or quantizationAware,"
                    + " or auto with a timeBudget");
        }
        if (first != null && labelled == null) {
            problems.add("trainFirst learns classes, and trainOn gives none");
        }
        if (first != null && steps().findAny().isEmpty() && !searches) {
            problems.add("trainFirst makes a teacher, but nothing is taught: write fineTune, student or"
                    + " quantizationAware");
        }
        if (fineTuning != null && !prunes) {
            problems.add("fineTune trains what was pruned, and prune is not asked for");
        }
        if (quantizationAware != null && !staticInt8) {
            problems.add("quantizationAware trains for static INT8: write int8(samples) or auto(samples)");
        }
        if (labelled == null && examplesGiven()) {
            steps().map(TrainSettings::teacherShare)
                    .filter(share -> share != null && share < 1)
                    .forEach(share -> problems.add(
                            "the teacher's share (" + share + ") leaves a part to labels, and trainOn gives none"));
        }
        return problems;
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        if (first != null) {
            parts.add("original trained first: " + first);
        }
        if (student != null) {
            parts.add("student (" + student.name() + ") taught: " + teaching);
        }
        if (fineTuning != null) {
            parts.add("fine-tuned: " + fineTuning);
        }
        if (quantizationAware != null) {
            parts.add("quantization-aware: " + quantizationAware);
        }
        if (labelled != null) {
            parts.add("trained on " + labelled.size() + " labelled examples");
        }
        if (unlabelled != null) {
            parts.add("trained on " + unlabelled.size() + " examples without labels");
        }
        return String.join("; ", parts);
    }
}
