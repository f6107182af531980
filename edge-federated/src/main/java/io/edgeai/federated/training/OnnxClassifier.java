package io.edgeai.federated.training;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.StateTensor;
import io.edgeai.core.runtime.StatefulSession;
import io.edgeai.core.train.BatchMode;
import io.edgeai.core.train.GradientGraph;
import io.edgeai.core.train.Loss;
import io.edgeai.core.train.TrainingGraph;
import io.edgeai.federated.data.Standardization;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Any ONNX classifier as a model that participants train: one FLOAT input [batch, …] that takes a sample's features, one
 * output [batch, classes] of scores or probabilities. Its gradients are computed by the engine that runs it. Training begins
 * with the parameters the model has, whatever the seed. Batch normalization uses the model's running statistics, which stay
 * as they are, and nothing is dropped out: what a participant does depends on its data and seed only.
 *
 * <p>Thread-safe; keeps one or two sessions of the engine for each thread that trained or evaluated, until it is closed.
 */
public final class OnnxClassifier implements LocalModel, AutoCloseable {
    static final String THETA = GradientGraph.THETA;

    private final OnnxGraph model;
    private final GradientGraph gradient;
    private final ParameterLayout layout;
    private final long[] shape;
    private final int features;
    private final int classes;
    private final String scores;
    private final Sessions gradients;
    private final Sessions forwards;

    private OnnxClassifier(OnnxGraph model, Predicate<String> trainable, InferenceRuntime runtime) {
        this.model = model.copy();
        this.gradient = GradientGraph.builder(model)
                .loss(Loss.crossEntropy())
                .trainable(trainable)
                .batchNormalization(BatchMode.FROZEN)
                .dropout(false)
                .build();
        this.layout = new ParameterLayout(gradient.parameters().slots().stream()
                .map(slot -> new ParameterLayout.Entry(
                        slot.name(),
                        slot.dims().isEmpty()
                                ? List.of(1)
                                : slot.dims().stream().map(Math::toIntExact).toList()))
                .toList());
        this.shape = shape(model, gradient);
        this.features = Math.toIntExact(Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact));
        this.scores = scores(model);
        OnnxGraph forward = forward(gradient, scores);
        SessionOptions options = SessionOptions.defaults().intraOpThreads(1);
        byte[] bytes = OnnxWriter.toBytes(forward);
        List<StateTensor> held = List.of(StateTensor.held(THETA, layout.size()));
        this.forwards = new Sessions(() -> runtime.openStateful(bytes, held, options));
        this.gradients = new Sessions(
                () -> TrainingGraph.gradientOnly(gradient.on(runtime)).open(runtime, options));
        try {
            this.classes = scores(initialParameters(0), new float[features], 1).length;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        if (classes < 2) {
            close();
            throw new InvalidInputException("Model (" + model.name() + ") gives (" + classes
                    + ") value a sample, a classifier at least 2. Maybe choose another output.");
        }
    }

    /**
     * Trains all parameters, with the engine found on the class path; the graph is not changed.
     *
     * @throws io.edgeai.core.error.UnsupportedOperatorException where an operator has no derivative
     * @throws io.edgeai.core.error.RuntimeUnavailableException where there is no engine for ONNX
     */
    public static OnnxClassifier of(OnnxGraph model) {
        return of(model, name -> true);
    }

    /** {@link #of(OnnxGraph)} with only some of the parameters trained and sent, e.g. those of the last layers. */
    public static OnnxClassifier of(OnnxGraph model, Predicate<String> trainable) {
        return new OnnxClassifier(model, trainable, Engines.discover().forFormat(ModelFormat.ONNX));
    }

    private static long[] shape(OnnxGraph model, GradientGraph gradient) {
        OnnxValue input = gradient.data().get(0);
        if (gradient.data().size() != 2
                || !(input.type() instanceof OnnxType.OfTensor tensor)
                || tensor.element() != ElementType.FLOAT
                || tensor.shape() == null
                || tensor.shape().size() < 2
                || !tensor.shape().stream().skip(1).allMatch(Dim::known)) {
            throw new InvalidInputException("Model (" + model.name() + ") has inputs " + model.inputs()
                    + ", not one of FLOAT [batch, …]. Maybe fix its free dimensions.");
        }
        long[] dims = tensor.shape().stream().mapToLong(Dim::size).toArray();
        dims[0] = 1;
        return dims;
    }

    /** The first output, or what its softmax is of. */
    private static String scores(OnnxGraph model) {
        String output = model.outputs().get(0).name();
        OnnxNode last = model.producers().get(output);
        return last != null && List.of("Softmax", "LogSoftmax").contains(last.op()) ? last.input(0) : output;
    }

    /** What of the gradient's graph leads to the scores. */
    private static OnnxGraph forward(GradientGraph gradient, String scores) {
        OnnxGraph graph = gradient.graph().copy();
        if (!graph.producers().containsKey(scores)) {
            throw new InvalidInputException("Value (" + scores + ") of model (" + graph.name()
                    + ") is not what its loss is made of. Maybe it has more than one output.");
        }
        graph.outputs().clear();
        graph.outputs().add(new OnnxValue(scores, new OnnxType.OfTensor(ElementType.FLOAT, null)));
        graph.inputs()
                .removeIf(input -> input.name().equals(gradient.data().get(1).name()));
        Cleanup.deadCode(graph);
        return graph;
    }

    /** Scores of some samples that lie one after the other. */
    float[] scores(float[] parameters, float[] samples, int count) {
        return forwards.with(session -> {
            session.write(THETA, parameters);
            Map<String, Tensor> batch = Map.of(gradient.data().get(0).name(), Tensor.of(samples, batch(count)));
            Tensor answer = session.run(batch, Set.of(scores), null).get(scores);
            if (answer == null) {
                throw new IllegalStateException("The engine gave no " + scores + ".");
            }
            return answer.floats();
        });
    }

    /** Sum of the cross-entropies of a batch; its mean's gradient is added. */
    double addGradient(float[] parameters, float[] samples, long[] labels, float[] sum) {
        return gradients.with(session -> {
            session.write(THETA, parameters);
            session.run(Map.of(
                    gradient.data().get(0).name(),
                    Tensor.of(samples, batch(labels.length)),
                    gradient.data().get(1).name(),
                    Tensor.of(labels, labels.length)));
            float[] own = session.read(GradientGraph.GRADIENT);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += own[i];
            }
            return (double) session.read(GradientGraph.LOSS)[0] * labels.length;
        });
    }

    private long[] batch(int count) {
        long[] dims = shape.clone();
        dims[0] = count;
        return dims;
    }

    @Override
    public ParameterLayout layout() {
        return layout;
    }

    @Override
    public int features() {
        return features;
    }

    @Override
    public int classes() {
        return classes;
    }

    /** The model's own, whatever the seed. */
    @Override
    public float[] initialParameters(long seed) {
        return gradient.parameters().read(model);
    }

    @Override
    public GradientPass newPass() {
        return new OnnxPass(this);
    }

    /** The model with these parameters; its input and output keep their names and shapes. */
    @Override
    public OnnxGraph toOnnx(String name, float[] parameters, @Nullable Standardization standardization) {
        layout.check(parameters);
        OnnxGraph graph = model.copy().name(name);
        gradient.parameters().write(parameters, graph);
        if (standardization != null) {
            standardize(graph, standardization);
        }
        return graph;
    }

    private void standardize(OnnxGraph graph, Standardization standardization) {
        FreshNames names = new FreshNames(graph);
        String input = gradient.data().get(0).name();
        String mean = names.of("standardize.mean");
        String scale = names.of("standardize.scale");
        String centred = names.of("centred");
        String standardized = names.of("standardized");
        graph.replaceUses(input, standardized);
        graph.initializers().put(mean, OnnxTensor.ofFloats(standardization.mean(), shape));
        graph.initializers().put(scale, OnnxTensor.ofFloats(standardization.scale(), shape));
        graph.nodes()
                .add(0, new OnnxNode("Mul", names.of("standardize"), List.of(centred, scale), List.of(standardized)));
        graph.nodes().add(0, new OnnxNode("Sub", names.of("centre"), List.of(input, mean), List.of(centred)));
    }

    /** Frees the engine's memory; what still trains fails. Closing twice does nothing. */
    @Override
    public void close() {
        gradients.close();
        forwards.close();
    }

    @Override
    public String toString() {
        return "OnnxClassifier(" + model.name() + ")";
    }

    private interface Use<T> {
        T of(StatefulSession session);
    }

    /** As many sessions as are used at once. Thread-safe. */
    private static final class Sessions {
        private final Supplier<StatefulSession> opening;
        private final Queue<StatefulSession> idle = new ConcurrentLinkedQueue<>();
        private volatile boolean closed;

        Sessions(Supplier<StatefulSession> opening) {
            this.opening = opening;
        }

        <T> T with(Use<T> use) {
            if (closed) {
                throw new LifecycleException("The model was closed. Maybe close it after the last evaluation.");
            }
            StatefulSession found = idle.poll();
            StatefulSession session = found == null ? opening.get() : found;
            try {
                return use.of(session);
            } finally {
                idle.add(session);
                if (closed) {
                    close();
                }
            }
        }

        void close() {
            closed = true;
            for (StatefulSession session = idle.poll(); session != null; session = idle.poll()) {
                session.close();
            }
        }
    }
}
