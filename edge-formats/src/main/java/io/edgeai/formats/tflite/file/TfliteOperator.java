package io.edgeai.formats.tflite.file;

import io.edgeai.formats.flatbuffer.FlatTable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One operator of a subgraph.
 *
 * @param index its place there
 * @param code number of the built-in operator
 * @param custom the name of a custom operator, empty for built-in ones
 * @param version of the operator
 * @param inputs tensor numbers, -1 for an optional one left out
 * @param outputs tensor numbers
 * @param intermediates tensors internal to it, whose quantization matters
 * @param options its options by field number, or null where it has none
 * @param customOptions options of a custom operator, empty where it has none
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record TfliteOperator(
        int index,
        int code,
        String custom,
        int version,
        int[] inputs,
        int[] outputs,
        int[] intermediates,
        @Nullable FlatTable options,
        ByteBuffer customOptions) {

    /** The operator's name in the schema, or a custom operator's own. */
    public String kind() {
        return Builtin.CUSTOM.is(code) ? custom : Builtin.name(code);
    }

    public int option(int field, int otherwise) {
        return options == null ? otherwise : options.intField(field, otherwise);
    }

    public int byteOption(int field, int otherwise) {
        return options == null ? otherwise : options.byteField(field, otherwise);
    }

    public boolean flag(int field, boolean otherwise) {
        return options == null ? otherwise : options.flag(field, otherwise);
    }

    public float realOption(int field, float otherwise) {
        return options == null ? otherwise : options.floatField(field, otherwise);
    }

    public int[] intsOption(int field) {
        return options == null ? new int[0] : options.ints(field);
    }
}
