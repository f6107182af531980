package io.edgeai.core.train;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.train.gradient.GraphEmitter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Takes other models into a graph, each once, fed by the graph's own inputs. */
final class TeacherGraphs {
    private final GraphEmitter out;
    private final List<OnnxValue> feeds;
    private final Map<OnnxGraph, Map<String, String>> merged = new HashMap<>();

    TeacherGraphs(GraphEmitter out, List<OnnxValue> feeds) {
        this.out = out;
        this.feeds = List.copyOf(feeds);
    }

    /** The name in the graph of a teacher's value. */
    String value(Loss.Target.OfModel teacher) {
        Map<String, String> names = merged.get(teacher.model());
        if (names == null) {
            names = merge(teacher.model());
            merged.put(teacher.model(), names);
        }
        String wanted =
                teacher.value().isEmpty() ? teacher.model().outputs().get(0).name() : teacher.value();
        String name = names.get(wanted);
        if (name == null) {
            throw new InvalidInputException("Teacher (" + teacher.model().name() + ") has no value (" + wanted
                    + "). Maybe it is one of its outputs "
                    + teacher.model().outputs().stream().map(OnnxValue::name).toList() + ".");
        }
        return name;
    }

    private Map<String, String> merge(OnnxGraph model) {
        OnnxGraph teacher = PreparedModel.of(model).graph();
        long own = out.graph().info().opset();
        if (teacher.info().opset() != own) {
            throw new InvalidInputException("Teacher (" + teacher.name() + ") is of operator set "
                    + teacher.info().opset() + " and the model of " + own
                    + ". Maybe export both at the same one, at most 17.");
        }
        Map<String, String> names = new HashMap<>();
        List<OnnxValue> inputs = teacher.inputs();
        for (int i = 0; i < inputs.size(); i++) {
            names.put(inputs.get(i).name(), feed(teacher, inputs.get(i).name(), i, inputs.size()));
        }
        teacher.initializers().forEach((name, tensor) -> names.put(name, out.constant("teacher/" + name, tensor)));
        for (OnnxNode node : teacher.topologicalOrder()) {
            if (!node.subgraphs().isEmpty()) {
                throw new InvalidInputException("Teacher (" + teacher.name() + ") has a nested graph in node (" + node
                        + "). Maybe compute its answers beforehand and give them as an input.");
            }
            node.outputs().replaceAll(name -> name.isEmpty() ? "" : fresh(names, name));
            node.inputs().replaceAll(name -> name.isEmpty() ? "" : known(names, teacher, name));
            out.graph().nodes().add(node.name(node.name().isEmpty() ? "" : "teacher/" + node.name()));
        }
        teacher.info().opsets().forEach(out.graph().info().opsets()::putIfAbsent);
        return names;
    }

    private String fresh(Map<String, String> names, String name) {
        String own = out.name("teacher/" + name);
        names.put(name, own);
        return own;
    }

    private static String known(Map<String, String> names, OnnxGraph teacher, String name) {
        String own = names.get(name);
        if (own == null) {
            throw new InvalidInputException(
                    "Teacher (" + teacher.name() + ") reads a value (" + name + ") that nothing computes.");
        }
        return own;
    }

    /** The model's input of the same name, or in the same place where all have other names. */
    private String feed(OnnxGraph teacher, String name, int place, int count) {
        if (feeds.stream().anyMatch(feed -> feed.name().equals(name))) {
            return name;
        }
        if (count == feeds.size()) {
            return feeds.get(place).name();
        }
        throw new InvalidInputException("Teacher (" + teacher.name() + ") reads an input (" + name
                + ") that the model does not have. Maybe rename it to one of "
                + feeds.stream().map(OnnxValue::name).toList() + ".");
    }
}
