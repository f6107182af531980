package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.formats.pickle.NumpyArray;
import io.edgeai.formats.pickle.PyNone;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Features;
import java.util.ArrayList;
import java.util.List;

/** The known values of one column, and where a value stands among them. Missing text is the empty text. Stateless. */
final class Categories {
    private Categories() {}

    /** Whether they are text, apart from missing ones. */
    static boolean text(NumpyArray categories) {
        return categories.values().stream().anyMatch(String.class::isInstance);
    }

    static boolean missing(Object category) {
        return category == PyNone.NONE || category instanceof Double number && number.isNaN();
    }

    /**
     * The index of each row's value, INT64 [N, 1]; -1 where it is not among them.
     */
    static String indices(Emitter out, Features.Part column, NumpyArray categories) {
        List<Object> values = categories.values();
        if (text(categories)) {
            return byText(out, column, values);
        }
        if (column.type() == ElementType.STRING) {
            throw new UnsupportedOperatorException("text where the categories are numbers");
        }
        String value = column.type() == ElementType.DOUBLE ? column.value() : out.toDouble(column.value());
        double[] numbers = new double[values.size()];
        int missing = -1;
        for (int i = 0; i < numbers.length; i++) {
            Object category = values.get(i);
            if (missing(category)) {
                missing = i;
                numbers[i] = Double.NaN;
            } else if (category instanceof Boolean flag) {
                numbers[i] = flag ? 1 : 0;
            } else if (category instanceof Number number) {
                numbers[i] = number.doubleValue();
            } else {
                throw new UnsupportedOperatorException("category of kind (" + category + ")");
            }
        }
        String equal = out.op("Equal", value, out.row(numbers));
        String found = out.sum(out.mul(out.toDouble(equal), out.row(positions(numbers.length))));
        if (missing >= 0) {
            found = out.where(out.op("IsNaN", value), out.scalar(missing + 1), found);
        }
        return out.cast(out.plus(found, -1), ElementType.INT64);
    }

    private static double[] positions(int count) {
        double[] positions = new double[count];
        for (int i = 0; i < count; i++) {
            positions[i] = i + 1;
        }
        return positions;
    }

    private static String byText(Emitter out, Features.Part column, List<Object> values) {
        if (column.type() != ElementType.STRING) {
            throw new UnsupportedOperatorException("numbers where the categories are text");
        }
        List<com.google.protobuf.ByteString> keys = new ArrayList<>();
        List<Long> positions = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            Object category = values.get(i);
            if (missing(category)) {
                keys.add(com.google.protobuf.ByteString.EMPTY);
            } else if (category instanceof String text) {
                keys.add(com.google.protobuf.ByteString.copyFromUtf8(text));
            } else {
                throw new UnsupportedOperatorException("categories of text and numbers in one column");
            }
            positions.add((long) i);
        }
        return out.node("LabelEncoder", column.value())
                .domain("ai.onnx.ml")
                .attribute("keys_strings", new OnnxAttribute.OfStrings(keys))
                .attribute("values_int64s", new OnnxAttribute.OfInts(positions))
                .attribute("default_int64", -1L)
                .output(0);
    }
}
