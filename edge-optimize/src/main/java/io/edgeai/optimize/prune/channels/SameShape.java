package io.edgeai.optimize.prune.channels;

import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.List;

/**
 * Whether two values have the same shape in every run, so that neither is spread over the other. Sizes that are unknown
 * and have no name are taken for equal where only one of the graph's inputs has such.
 */
public final class SameShape {
    private final Shapes shapes;
    private final boolean oneSource;

    public SameShape(OnnxGraph graph, Shapes shapes) {
        this.shapes = shapes;
        this.oneSource = graph.feeds().stream().filter(SameShape::open).count() < 2;
    }

    private static boolean open(OnnxValue feed) {
        return !(feed.type() instanceof OnnxType.OfTensor tensor)
                || tensor.shape() == null
                || tensor.shape().stream().anyMatch(SameShape::nameless);
    }

    private static boolean nameless(Dim dim) {
        return !dim.known() && dim.symbol().isEmpty();
    }

    /**
     * Whether the same holds for one dimension, 1 for the last. A name and an unknown size are taken for equal as two unknown
     * ones are; two names must be one.
     */
    public boolean fromEnd(String value, String other, int place) {
        Dim here = dim(value, place);
        Dim there = dim(other, place);
        return here.equals(there) && !nameless(here) || oneSource && (nameless(here) || nameless(there));
    }

    /** A dimension, 1 for the last; -1 where unknown. */
    public long size(String value, int place) {
        return dim(value, place).size();
    }

    private Dim dim(String value, int place) {
        return shapes.dims(value)
                .filter(dims -> dims.size() >= place)
                .map(dims -> dims.get(dims.size() - place))
                .orElse(Dim.UNKNOWN);
    }

    public boolean of(String value, String other) {
        List<Dim> dims = shapes.dims(value).orElse(null);
        return dims != null
                && dims.equals(shapes.dims(other).orElse(null))
                && (oneSource || dims.stream().noneMatch(SameShape::nameless));
    }
}
