package io.edgeai.optimize;

import io.edgeai.core.model.Digest;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.train.data.TrainingData;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.retrain.TrainSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a recipe trains, and on which examples; the original is the teacher throughout. Immutable, as long as nobody
 * changes the student.
 *
 * @param labelled examples with their classes; null where none are given
 * @param unlabelled examples that only the teacher knows answers to; null where none are given
 * @param student a smaller model that learns from the original and then takes its place; null for none
 * @param teaching how the student learns; null without one
 * @param fineTuning how the pruned model is trained; null where it is not
 * @param quantizationAware how weights are trained for static INT8; null where they are not
 */
public record Retraining(
        @Nullable LabelledData labelled,
        @Nullable CalibrationData unlabelled,
        @Nullable OnnxGraph student,
        @Nullable TrainSettings teaching,
        @Nullable TrainSettings fineTuning,
        @Nullable TrainSettings quantizationAware) {
    /** Trains nothing. */
    static final Retraining NONE = new Retraining(null, null, null, null, null, null);

    Retraining on(LabelledData examples) {
        return new Retraining(examples, null, student, teaching, fineTuning, quantizationAware);
    }

    Retraining on(CalibrationData examples) {
        return new Retraining(null, examples, student, teaching, fineTuning, quantizationAware);
    }

    Retraining taught(OnnxGraph model, TrainSettings how) {
        return new Retraining(labelled, unlabelled, model, how, fineTuning, quantizationAware);
    }

    Retraining tuned(TrainSettings how) {
        return new Retraining(labelled, unlabelled, student, teaching, how, quantizationAware);
    }

    Retraining aware(TrainSettings how) {
        return new Retraining(labelled, unlabelled, student, teaching, fineTuning, how);
    }

    /** Whether anything is trained. */
    public boolean any() {
        return steps().findAny().isPresent();
    }

    private Stream<TrainSettings> steps() {
        return Stream.of(teaching, fineTuning, quantizationAware).flatMap(Stream::ofNullable);
    }

    private boolean examplesGiven() {
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

    /** What does not fit together. */
    List<String> problems(boolean prunes, boolean staticInt8) {
        List<String> problems = new ArrayList<>();
        if (any() && !examplesGiven()) {
            problems.add("there are no examples to train on: write trainOn(data)");
        }
        if (!any() && examplesGiven()) {
            problems.add(
                    "trainOn gives examples, but nothing is trained: write fineTune, student or quantizationAware");
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
