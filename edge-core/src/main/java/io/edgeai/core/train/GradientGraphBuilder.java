package io.edgeai.core.train;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.train.gradient.GradientTape;
import io.edgeai.core.train.gradient.GraphEmitter;
import io.edgeai.core.train.gradient.TrainableConstants;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Differentiates a model: gives the graph that computes a loss and its derivative by the model's parameters. The model is
 * read at {@link #build()} and never changed; its batch dimension becomes free where its nodes allow it. Not thread-safe.
 */
public final class GradientGraphBuilder {
    private static final List<String> OWN_NAMES = List.of(
            GradientGraph.THETA,
            GradientGraph.STATISTICS,
            GradientGraph.LOSS,
            GradientGraph.GRADIENT,
            GradientGraph.STATISTICS_NEXT);

    private final OnnxGraph model;
    private @Nullable Loss loss;
    private Predicate<String> trainable = name -> true;
    private final Set<String> also = new LinkedHashSet<>();
    private BatchMode batchNormalization = BatchMode.BATCH;
    private boolean dropout = true;
    private long seed;

    GradientGraphBuilder(OnnxGraph model) {
        this.model = model;
    }

    /** What to make small; must be given. */
    public GradientGraphBuilder loss(Loss toMinimize) {
        this.loss = toMinimize;
        return this;
    }

    /**
     * Which of the model's parameters are trained, by initializer name; all by default. Parameters are FLOAT
     * initializers that nodes read as kernels, matrices, biases, scales, slopes or embedding tables. Those that are not
     * trained stay constants of the graph and keep the engine's fast kernels; nothing is differentiated below the lowest
     * trained layer, and batch normalization there uses its running statistics.
     */
    public GradientGraphBuilder trainable(Predicate<String> names) {
        this.trainable = names;
        return this;
    }

    /** Initializers to train that are not taken for parameters, such as a scalar factor. None by default. */
    public GradientGraphBuilder alsoTrainable(String... names) {
        also.addAll(Arrays.asList(names));
        return this;
    }

    /** {@link BatchMode#BATCH} by default. */
    public GradientGraphBuilder batchNormalization(BatchMode mode) {
        this.batchNormalization = mode;
        return this;
    }

    /** Whether Dropout nodes of the model drop values; true by default. */
    public GradientGraphBuilder dropout(boolean on) {
        this.dropout = on;
        return this;
    }

    /** First seed of dropout masks; 0 by default. A session draws the same masks in the same order for each seed. */
    public GradientGraphBuilder seed(long first) {
        this.seed = first;
        return this;
    }

    /**
     * Builds the graph.
     *
     * @throws InvalidInputException where no loss or nothing to train is left, or loss and model do not fit
     * @throws io.edgeai.core.error.UnsupportedOperatorException where an operator between a parameter and the loss has no
     *     derivative, or the model is too old to be raised to operator set 17
     */
    public GradientGraph build() {
        if (loss == null) {
            throw new InvalidInputException(
                    "No loss is set for model (" + model.name() + "). Maybe call loss(Loss.crossEntropy()).");
        }
        OnnxGraph graph = PreparedModel.of(model).graph();
        freeOwnNames(graph);
        Set<String> chosen = parameters(graph);
        GraphEmitter out = new GraphEmitter(graph);
        OWN_NAMES.forEach(out::name);
        List<OnnxValue> data = new ArrayList<>(graph.inputs());
        LossNodes losses = new LossNodes(out, data);
        String scalar = losses.emit(loss);
        data.addAll(losses.added());
        graph.outputs().clear();
        graph.outputs().add(new OnnxValue(scalar, null));
        Cleanup.deadCode(graph);
        chosen.retainAll(graph.initializers().keySet());
        if (chosen.isEmpty()) {
            throw new InvalidInputException("Nothing is left to train in model (" + model.name() + ") of "
                    + model.initializers().size()
                    + " initializers. Maybe trainable(...) excludes all, or the weights lie in Constant nodes; for those"
                    + " apply Cleanup.constantNodes to the model first.");
        }
        return differentiate(out, scalar, chosen, data);
    }

    private GradientGraph differentiate(GraphEmitter out, String scalar, Set<String> chosen, List<OnnxValue> data) {
        OnnxGraph graph = out.graph();
        ParameterLayout parameters = ParameterLayout.of(graph, List.copyOf(chosen));
        TrainingForms forms = new TrainingForms(out);
        Map<String, OnnxTensor> constants = Map.copyOf(graph.initializers());
        if (batchNormalization == BatchMode.BATCH) {
            forms.normalizeByBatch(GradientTape.reached(graph, chosen));
        }
        forms.drop(dropout, seed);
        OnnxGraph original = new OnnxGraph(graph.name(), graph.info());
        original.initializers().putAll(constants);
        ParameterLayout statistics = ParameterLayout.of(original, forms.names());

        GradientTape tape = new GradientTape(out, ShapeInference.infer(graph), forms.sources());
        List<String> flat = new ArrayList<>();
        tape.gradients(scalar, chosen).forEach((name, gradient) -> flat.add(out.reshape(gradient, -1)));
        result(out, GradientGraph.LOSS, scalar);
        result(out, GradientGraph.GRADIENT, out.concat(0, flat));
        if (statistics.size() > 0) {
            graph.inputs().add(OnnxValue.tensor(GradientGraph.STATISTICS, ElementType.FLOAT, statistics.size()));
            result(out, GradientGraph.STATISTICS_NEXT, forms.collected(GradientGraph.STATISTICS, statistics));
        }
        readTheta(out, parameters);
        declare(graph, parameters, statistics);
        return new GradientGraph(graph, parameters, statistics, data, tape.kernels());
    }

    private Set<String> parameters(OnnxGraph graph) {
        Set<String> chosen = new LinkedHashSet<>(TrainableConstants.of(graph));
        chosen.removeIf(name -> !trainable.test(name) || !model.initializers().containsKey(name));
        for (String name : also) {
            OnnxTensor tensor = model.initializers().get(name);
            if (tensor == null || tensor.type() != ElementType.FLOAT) {
                throw new InvalidInputException(
                        "alsoTrainable (" + name + ") is no FLOAT initializer of model (" + model.name() + ").");
            }
            chosen.add(name);
        }
        return chosen;
    }

    /** Values of the model that have a name this graph needs get another one. */
    private static void freeOwnNames(OnnxGraph graph) {
        GraphEmitter names = new GraphEmitter(graph);
        for (String own : OWN_NAMES) {
            boolean fixed = graph.initializers().containsKey(own)
                    || graph.inputs().stream().anyMatch(input -> input.name().equals(own));
            if (fixed) {
                throw new InvalidInputException("Model (" + graph.name() + ") has an input or initializer called ("
                        + own + "), a name that gradient graphs need. Maybe rename it.");
            }
            OnnxNode producer = graph.producers().get(own);
            if (producer != null) {
                String other = names.name(own);
                producer.outputs().replaceAll(output -> output.equals(own) ? other : output);
                graph.replaceUses(own, other);
                graph.valueInfo().remove(own);
            }
        }
    }

    private static void result(GraphEmitter out, String name, String value) {
        out.graph().add("Identity", "", List.of(value), List.of(name));
    }

    /** Parameters come out of one vector under their own names, before all that reads them. */
    private static void readTheta(GraphEmitter out, ParameterLayout parameters) {
        OnnxGraph graph = out.graph();
        List<ParameterLayout.Slot> slots = parameters.slots();
        List<OnnxNode> first = new ArrayList<>();
        List<String> parts = new ArrayList<>();
        for (ParameterLayout.Slot slot : slots) {
            graph.initializers().remove(slot.name());
            boolean vector = slots.size() > 1 && slot.dims().size() == 1;
            String part =
                    slots.size() == 1 ? GradientGraph.THETA : vector ? slot.name() : out.name(slot.name() + "_flat");
            parts.add(part);
            if (!vector) {
                first.add(new OnnxNode("Reshape", "", List.of(part, out.longs(slot.shape())), List.of(slot.name())));
            }
        }
        if (slots.size() > 1) {
            long[] sizes = slots.stream().mapToLong(ParameterLayout.Slot::size).toArray();
            first.add(
                    0,
                    new OnnxNode("Split", "", List.of(GradientGraph.THETA, out.longs(sizes)), parts)
                            .attribute("axis", 0));
        }
        graph.nodes().addAll(0, first);
        graph.inputs().add(0, OnnxValue.tensor(GradientGraph.THETA, ElementType.FLOAT, parameters.size()));
    }

    private static void declare(OnnxGraph graph, ParameterLayout parameters, ParameterLayout statistics) {
        graph.outputs().clear();
        graph.outputs().add(OnnxValue.tensor(GradientGraph.LOSS, ElementType.FLOAT));
        graph.outputs().add(OnnxValue.tensor(GradientGraph.GRADIENT, ElementType.FLOAT, parameters.size()));
        if (statistics.size() > 0) {
            graph.outputs().add(OnnxValue.tensor(GradientGraph.STATISTICS_NEXT, ElementType.FLOAT, statistics.size()));
        }
        graph.valueInfo().clear();
        Cleanup.deadCode(graph);
    }
}
