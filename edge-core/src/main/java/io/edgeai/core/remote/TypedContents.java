package io.edgeai.core.remote;

import com.google.protobuf.ByteString;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.remote.wire.OpenInference.InferTensorContents;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Tensors as the protocol's lists of numbers, which clients without raw bytes send. Stateless. */
final class TypedContents {
    private TypedContents() {}

    /** @throws io.edgeai.core.error.InvalidInputException where contents, type and shape do not fit */
    static Tensor read(String name, Datatype datatype, List<Long> dims, InferTensorContents contents) {
        long[] shape = WireTensors.shape(name, dims);
        long elements = WireTensors.elements(name, shape);
        int given = count(name, datatype, contents);
        if (given != elements) {
            throw WireTensors.wrong(name, datatype + dims.toString() + " needs " + elements + " values, not " + given);
        }
        if (datatype == Datatype.BYTES) {
            List<String> texts = new ArrayList<>();
            for (ByteString bytes : contents.getBytesContentsList()) {
                texts.add(WireTensors.text(name, bytes.asReadOnlyByteBuffer()));
            }
            return Tensor.of(texts.toArray(String[]::new), shape);
        }
        ByteBuffer bytes =
                ByteBuffer.allocate((int) datatype.type().bytes(elements)).order(ByteOrder.nativeOrder());
        for (int i = 0; i < given; i++) {
            put(bytes, datatype, contents, i);
        }
        return Tensor.ofBytes(datatype.type(), bytes.array(), shape);
    }

    private static int count(String name, Datatype datatype, InferTensorContents contents) {
        return switch (datatype) {
            case BOOL -> contents.getBoolContentsCount();
            case INT8, INT16, INT32 -> contents.getIntContentsCount();
            case INT64 -> contents.getInt64ContentsCount();
            case UINT8, UINT16, UINT32 -> contents.getUintContentsCount();
            case UINT64 -> contents.getUint64ContentsCount();
            case FP32 -> contents.getFp32ContentsCount();
            case FP64 -> contents.getFp64ContentsCount();
            case BYTES -> contents.getBytesContentsCount();
            case FP16, BF16 -> throw WireTensors.wrong(name, datatype + " travels as raw bytes only");
        };
    }

    private static void put(ByteBuffer bytes, Datatype datatype, InferTensorContents contents, int i) {
        switch (datatype) {
            case BOOL -> bytes.put((byte) (contents.getBoolContents(i) ? 1 : 0));
            case INT8 -> bytes.put((byte) contents.getIntContents(i));
            case UINT8 -> bytes.put((byte) contents.getUintContents(i));
            case INT16 -> bytes.putShort((short) contents.getIntContents(i));
            case UINT16 -> bytes.putShort((short) contents.getUintContents(i));
            case INT32 -> bytes.putInt(contents.getIntContents(i));
            case UINT32 -> bytes.putInt(contents.getUintContents(i));
            case INT64 -> bytes.putLong(contents.getInt64Contents(i));
            case UINT64 -> bytes.putLong(contents.getUint64Contents(i));
            case FP32 -> bytes.putFloat(contents.getFp32Contents(i));
            default -> bytes.putDouble(contents.getFp64Contents(i));
        }
    }
}
