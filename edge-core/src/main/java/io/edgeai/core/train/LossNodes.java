package io.edgeai.core.train;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import io.edgeai.core.train.gradient.GraphEmitter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Appends a loss to a model as ordinary nodes, to be differentiated like the rest. */
final class LossNodes {
    private final GraphEmitter out;
    private final TeacherGraphs teachers;
    private final Shapes shapes;
    private final Map<String, OnnxNode> producers;
    private final Map<String, OnnxValue> added = new LinkedHashMap<>();
    private final Map<String, String> names = new LinkedHashMap<>();

    LossNodes(GraphEmitter out, List<OnnxValue> feeds) {
        this.out = out;
        this.teachers = new TeacherGraphs(out, feeds);
        this.shapes = ShapeInference.infer(out.graph());
        this.producers = out.graph().producers();
    }

    /** The inputs that the loss reads besides those of the model. */
    List<OnnxValue> added() {
        return List.copyOf(added.values());
    }

    /** Name of the scalar. */
    String emit(Loss loss) {
        if (loss instanceof Loss.Weighted weighted) {
            return out.mul(emit(weighted.loss()), (float) weighted.weight());
        }
        if (loss instanceof Loss.Sum sum) {
            return sum.losses().stream().map(this::emit).reduce(out::add).orElseThrow();
        }
        if (loss instanceof Loss.CrossEntropy crossEntropy) {
            return crossEntropy(crossEntropy);
        }
        if (loss instanceof Loss.BinaryCrossEntropy binary) {
            return binary(binary);
        }
        if (loss instanceof Loss.Distillation distillation) {
            return distillation(distillation);
        }
        Loss.MeanSquaredError error = (Loss.MeanSquaredError) loss;
        String value = value(error.output());
        String difference = out.sub(value, target(error.target(), value));
        return mean(out.mul(difference, difference));
    }

    private String crossEntropy(Loss.CrossEntropy loss) {
        String value = value(loss.output());
        int axis = axis(value, loss.axis());
        String logits = before(value, axis, Set.of("Softmax", "LogSoftmax"));
        List<Dim> dims = dims(value);
        String labels;
        if (loss.soft()) {
            labels = input(loss.labels(), ElementType.FLOAT, dims);
        } else {
            Dim classes = dims.get(axis);
            if (!classes.known()) {
                throw new InvalidInputException("Value (" + value + ") has an unknown number of classes along axis "
                        + axis + ". Maybe choose another axis.");
            }
            List<Dim> without = new ArrayList<>(dims);
            without.remove(axis);
            labels = out.node(
                            "OneHot",
                            input(loss.labels(), ElementType.INT64, without),
                            out.constant("classes", OnnxTensor.ofLongs(new long[] {classes.size()}, 1)),
                            out.floats(new float[] {0, 1}, 2))
                    .attribute("axis", axis)
                    .output(0);
        }
        String each = out.sum(out.mul(logSoftmax(logits, axis), labels), false, axis);
        return out.op("Neg", mean(each));
    }

    private String binary(Loss.BinaryCrossEntropy loss) {
        String value = value(loss.output());
        String logits = before(value, -1, Set.of("Sigmoid"));
        String targets = input(loss.targets(), ElementType.FLOAT, dims(value));
        return mean(out.sub(out.op("Softplus", logits), out.mul(logits, targets)));
    }

    private String distillation(Loss.Distillation loss) {
        String value = value(loss.output());
        int axis = axis(value, loss.axis());
        float cool = (float) (1 / loss.temperature());
        String logits = out.mul(before(value, axis, Set.of("Softmax", "LogSoftmax")), cool);
        String theirs = target(loss.teacher(), value);
        OnnxNode last = out.graph().producers().get(theirs);
        if (last != null
                && softmax(
                        last, Set.of("Softmax", "LogSoftmax"), axis, dims(value).size())) {
            theirs = last.input(0);
        }
        String teacher = out.mul(theirs, cool);
        String wanted = out.node("Softmax", teacher).attribute("axis", axis).output(0);
        String surplus = out.sub(logSoftmax(teacher, axis), logSoftmax(logits, axis));
        String divergence = mean(out.sum(out.mul(wanted, surplus), false, axis));
        return out.mul(divergence, (float) (loss.temperature() * loss.temperature()));
    }

    private String mean(String value) {
        return out.node("ReduceMean", value).attribute("keepdims", 0).output(0);
    }

    private String logSoftmax(String logits, int axis) {
        return out.node("LogSoftmax", logits).attribute("axis", axis).output(0);
    }

    private String target(Loss.Target target, String like) {
        return target instanceof Loss.Target.Input input
                ? input(input.name(), ElementType.FLOAT, dims(like))
                : teachers.value((Loss.Target.OfModel) target);
    }

    private String value(String name) {
        String found = name.isEmpty() ? out.graph().outputs().get(0).name() : name;
        if (shapes.element(found).isEmpty()) {
            throw new InvalidInputException("Model (" + out.graph().name() + ") has no tensor (" + found
                    + ") to compute a loss of. Maybe it is one of its outputs "
                    + out.graph().outputs().stream().map(OnnxValue::name).toList() + ".");
        }
        if (shapes.element(found).get() != ElementType.FLOAT) {
            throw new InvalidInputException("Value (" + found + ") is of type ("
                    + shapes.element(found).get() + "), not FLOAT, and has no gradient. Maybe choose another output.");
        }
        return found;
    }

    private List<Dim> dims(String value) {
        return shapes.dims(value)
                .orElseThrow(() -> new InvalidInputException("The shape of value (" + value
                        + ") does not follow from the model. Maybe fix its input shapes."));
    }

    private int axis(String value, int given) {
        int rank = dims(value).size();
        int axis = given < 0 ? given + rank : given;
        if (axis < 0 || axis >= rank) {
            throw new InvalidInputException(
                    "Value (" + value + ") has " + rank + " axes and no axis (" + given + ") of classes.");
        }
        return axis;
    }

    /** What a closing activation reads, looking through Identity; the value itself where there is none. */
    private String before(String value, int axis, Set<String> activations) {
        OnnxNode node = producers.get(value);
        while (node != null && node.op().equals("Identity")) {
            node = producers.get(node.input(0));
        }
        return node != null && softmax(node, activations, axis, dims(value).size()) ? node.input(0) : value;
    }

    private static boolean softmax(OnnxNode node, Set<String> activations, int axis, int rank) {
        if (!node.domain().isEmpty() || !activations.contains(node.op())) {
            return false;
        }
        long own = node.intAttribute("axis", -1);
        return node.op().equals("Sigmoid") || (own < 0 ? own + rank : own) == axis;
    }

    /** An input of that name, shared by all losses that ask for it. */
    private String input(String name, ElementType type, List<Dim> dims) {
        String own = names.computeIfAbsent(name, out::name);
        OnnxValue fresh = new OnnxValue(own, new OnnxType.OfTensor(type, dims));
        OnnxValue known = added.putIfAbsent(name, fresh);
        if (known != null && !known.equals(fresh)) {
            throw new InvalidInputException("Input (" + name + ") is used by two losses as (" + known.type() + ") and ("
                    + fresh.type() + "). Maybe give one of them another name.");
        }
        if (known == null) {
            out.graph().inputs().add(fresh);
        }
        return own;
    }
}
