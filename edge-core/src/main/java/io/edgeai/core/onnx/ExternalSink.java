package io.edgeai.core.onnx;

import io.edgeai.core.onnx.internal.wire.OnnxWire.TensorProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Lays constants of 1 KiB and more out in a second file, page-aligned so that readers can map them. */
final class ExternalSink implements TensorSink {
    private static final int SMALLEST = 1024;
    private static final int PAGE = 4096;

    private final String location;
    private final FileChannel channel;
    private long end;

    /** @param location the second file's name as the model shall state it */
    ExternalSink(String location, FileChannel channel) {
        this.location = location;
        this.channel = channel;
    }

    /** @throws UncheckedIOException where the second file cannot be written */
    @Override
    public void put(OnnxTensor tensor, TensorProto.Builder proto) {
        if (tensor.sizeBytes() < SMALLEST) {
            INLINE.put(tensor, proto);
            return;
        }
        long offset = (end + PAGE - 1) / PAGE * PAGE;
        ByteBuffer data = tensor.data();
        end = offset + data.remaining();
        try {
            long position = offset;
            while (data.hasRemaining()) {
                position += channel.write(data, position);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        proto.setDataLocation(TensorProto.DataLocation.EXTERNAL);
        entry(proto, "location", location);
        entry(proto, "offset", Long.toString(offset));
        entry(proto, "length", Long.toString(end - offset));
    }

    private static void entry(TensorProto.Builder proto, String key, String value) {
        proto.addExternalDataBuilder().setKey(key).setValue(value);
    }
}
