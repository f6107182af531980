package io.edgeai.core.remote;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Protocol buffers in and out of gRPC, written straight into its buffers and read without a second copy of raw bytes. */
final class MessageMarshaller<T extends MessageLite> implements MethodDescriptor.Marshaller<T> {
    private final Parser<T> parser;

    MessageMarshaller(Parser<T> parser) {
        this.parser = parser;
    }

    @Override
    public InputStream stream(T message) {
        return new MessageStream(message);
    }

    @Override
    public T parse(InputStream stream) {
        try {
            CodedInputStream input = CodedInputStream.newInstance(stream.readAllBytes());
            input.enableAliasing(true);
            T message = parser.parseFrom(input);
            input.checkLastTagWas(0);
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("The bytes are no message of the Open Inference Protocol (" + e.getMessage()
                            + "). Maybe the client was made from another description of the service.")
                    .withCause(e)
                    .asRuntimeException();
        } catch (IOException e) {
            throw Status.INTERNAL
                    .withDescription(
                            "The message cannot be unpacked (" + e.getMessage() + "). Maybe send it without gzip.")
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    /** gRPC drains it at once; read as a stream it makes the bytes. */
    private static final class MessageStream extends InputStream implements Drainable, KnownLength {
        private final MessageLite message;
        private @Nullable ByteArrayInputStream bytes;
        private boolean drained;

        MessageStream(MessageLite message) {
            this.message = message;
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            message.writeTo(target);
            drained = true;
            return message.getSerializedSize();
        }

        @Override
        public int available() {
            return drained ? 0 : bytes == null ? message.getSerializedSize() : bytes.available();
        }

        @Override
        public int read() {
            return bytes().read();
        }

        @Override
        public int read(byte[] target, int from, int length) {
            return bytes().read(target, from, length);
        }

        private ByteArrayInputStream bytes() {
            ByteArrayInputStream current = bytes;
            if (current == null) {
                current = new ByteArrayInputStream(drained ? new byte[0] : message.toByteArray());
                bytes = current;
            }
            return current;
        }
    }
}
