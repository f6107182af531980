package io.edgeai.optimize.retrain;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.train.Loss;
import io.edgeai.core.train.data.TrainingData;
import io.edgeai.optimize.prune.solve.Cholesky;
import java.util.List;
import java.util.Optional;

/**
 * Holds a student's last features to its teacher's. A student with the same features answers as the teacher does, and each
 * example says far more about them than about a few scores (Chen et al., Knowledge Distillation with the Reused Teacher
 * Classifier, CVPR 2022). A student of fewer channels is read through a matrix, trained along from least squares on and
 * removed in the end.
 */
final class FeatureHint {
    private static final int MEASURED_ON = 64;
    private static final long MOST_VALUES = 1 << 22;
    private static final double RIDGE = 1e-4;

    private final OnnxGraph student;
    private final OnnxGraph teacher;
    private final LastFeatures own;
    private final LastFeatures theirs;
    private final float[] wanted;
    private final String value;
    private final OnnxGraph trainee;

    private FeatureHint(
            InferenceRuntime runtime,
            OnnxGraph student,
            OnnxGraph teacher,
            LastFeatures own,
            LastFeatures theirs,
            TrainingData examples) {
        this.student = student;
        this.teacher = teacher;
        this.own = own;
        this.theirs = theirs;
        long largest = Math.max(own.elements(), theirs.elements());
        int measured = (int) Math.max(1, Math.min(Math.min(MEASURED_ON, examples.size()), MOST_VALUES / largest));
        this.wanted = values(runtime, teacher, theirs, student, examples, measured);
        boolean same = own.channels() == theirs.channels();
        this.trainee = same ? student : student.copy();
        this.value = same ? own.value() : projected(values(runtime, student, own, student, examples, measured));
    }

    /** One for both graphs; empty where their features cannot be laid side by side. */
    static Optional<FeatureHint> of(
            InferenceRuntime runtime, OnnxGraph student, OnnxGraph teacher, TrainingData examples) {
        Optional<LastFeatures> theirs = LastFeatures.of(teacher);
        return LastFeatures.of(student)
                .filter(own -> theirs.filter(own::alike).isPresent())
                .map(own -> new FeatureHint(runtime, student, teacher, own, theirs.orElseThrow(), examples));
    }

    /** The student with what the loss reads; itself where nothing had to be added. */
    OnnxGraph trainee() {
        return trainee;
    }

    /** The squared difference as a share of the teacher's mean square. */
    Loss loss() {
        double sum = 1e-30;
        for (float one : wanted) {
            sum += (double) one * one;
        }
        return Loss.hint(value, Loss.Target.of(teacher, theirs.value())).times(wanted.length / sum);
    }

    /** A trained model without what was added. */
    OnnxGraph freed(OnnxGraph trained) {
        if (trainee == student) {
            return trained;
        }
        OnnxGraph free = trained.copy();
        free.nodes().removeIf(node -> node.outputs().contains(value));
        free.initializers().keySet().removeIf(name -> !student.initializers().containsKey(name));
        return free;
    }

    private static float[] values(
            InferenceRuntime runtime,
            OnnxGraph graph,
            LastFeatures features,
            OnnxGraph student,
            TrainingData examples,
            int measured) {
        OnnxGraph ending = graph.copy();
        ending.outputs().clear();
        ending.outputs()
                .add(new OnnxValue(
                        features.value(),
                        new OnnxType.OfTensor(
                                ElementType.FLOAT,
                                ShapeInference.infer(graph)
                                        .dims(features.value())
                                        .orElseThrow())));
        return TeacherAnswers.of(runtime, ending, student, examples, measured, Progress.NONE)
                .floats();
    }

    /** Adds the matrix that makes the most of the student's channels, and names what it gives. */
    private String projected(float[] read) {
        int from = own.channels();
        int to = theirs.channels();
        double[] matrix = fitted(read, from, to);
        boolean image = own.dims().size() == 3;
        float[] weight = new float[from * to];
        for (int i = 0; i < from; i++) {
            for (int j = 0; j < to; j++) {
                weight[image ? j * from + i : i * to + j] = (float) matrix[i * to + j];
            }
        }
        FreshNames names = new FreshNames(trainee);
        String weights = names.of(own.value() + "_likeness");
        String result = names.of(own.value() + "_like_teacher");
        trainee.initializers()
                .put(
                        weights,
                        image ? OnnxTensor.ofFloats(weight, to, from, 1, 1) : OnnxTensor.ofFloats(weight, from, to));
        trainee.add(image ? "Conv" : "MatMul", result, List.of(own.value(), weights), List.of(result));
        return result;
    }

    /** Least squares with a small ridge: {@code [from × to]}. */
    private double[] fitted(float[] read, int from, int to) {
        double[] gram = new double[from * from];
        double[] right = new double[from * to];
        int plane = own.plane();
        int rows = read.length / from;
        for (int row = 0; row < rows; row++) {
            int x = row / plane * plane * from + row % plane;
            int y = row / plane * plane * to + row % plane;
            for (int i = 0; i < from; i++) {
                double left = read[x + i * plane];
                if (left == 0) {
                    continue;
                }
                for (int j = 0; j < from; j++) {
                    gram[i * from + j] += left * read[x + j * plane];
                }
                for (int j = 0; j < to; j++) {
                    right[i * to + j] += left * wanted[y + j * plane];
                }
            }
        }
        double trace = 1e-30;
        for (int i = 0; i < from; i++) {
            trace += gram[i * from + i] / from;
        }
        for (int i = 0; i < from; i++) {
            gram[i * from + i] += RIDGE * trace;
        }
        return Cholesky.ofCovariance(gram, from).solve(right, to);
    }
}
