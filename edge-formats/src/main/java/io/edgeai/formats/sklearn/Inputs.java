package io.edgeai.formats.sklearn;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.ops.ColumnKinds;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The inputs of the graph: one matrix where all columns are numbers or all are text, else one input [N, 1] for each
 * column, named as the columns of the data frame the model was fitted on. Stateless.
 */
final class Inputs {
    private Inputs() {}

    static Features declare(Estimator top, OnnxGraph graph) {
        ColumnKinds kinds = ColumnKinds.of(top);
        int width = kinds.width();
        if (width == 0) {
            return new Features(List.of(input(graph, "input", ElementType.DOUBLE, 0)));
        }
        boolean used = IntStream.range(0, width).allMatch(i -> kinds.used(i));
        boolean uniform =
                IntStream.range(0, width).mapToObj(kinds::text).distinct().count() <= 1;
        if (uniform && used || kinds.names().isEmpty() && uniform) {
            ElementType type = kinds.text(0) ? ElementType.STRING : ElementType.DOUBLE;
            return new Features(List.of(input(graph, "input", type, width)));
        }
        List<Features.Part> parts = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            String name = kinds.names().isEmpty() ? "x" + i : kinds.names().get(i);
            ElementType type = kinds.text(i) ? ElementType.STRING : ElementType.DOUBLE;
            parts.add(kinds.used(i) ? input(graph, name, type, 1) : new Features.Part("", type, 1));
        }
        return new Features(parts);
    }

    private static Features.Part input(OnnxGraph graph, String name, ElementType type, int width) {
        Dim dim = width > 0 ? Dim.of(width) : Dim.symbolic("columns");
        graph.inputs().add(new OnnxValue(name, new OnnxType.OfTensor(type, List.of(Dim.symbolic("N"), dim))));
        return new Features.Part(name, type, width);
    }
}
