package io.edgeai.federated.transport.grpc;

import com.google.protobuf.CodedInputStream;
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

/** Messages in and out of gRPC; chunks are written from the vector itself and read without a second copy. */
final class MessageMarshaller<T extends MessageLite> implements MethodDescriptor.Marshaller<T> {
    private final Parser<T> parser;

    MessageMarshaller(Parser<T> parser) {
        this.parser = parser;
    }

    @Override
    public InputStream stream(T message) {
        return new Outgoing(message);
    }

    @Override
    public T parse(InputStream stream) {
        try {
            CodedInputStream input = CodedInputStream.newInstance(stream.readAllBytes());
            input.enableAliasing(true);
            T message = parser.parseFrom(input);
            input.checkLastTagWas(0);
            return message;
        } catch (IOException e) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("The message is none of the federation's protocol: " + e.getMessage())
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    /** gRPC drains it at once; read as a stream it makes the bytes. */
    private static final class Outgoing extends InputStream implements Drainable, KnownLength {
        private final MessageLite message;
        private @Nullable ByteArrayInputStream bytes;
        private boolean drained;

        Outgoing(MessageLite message) {
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
            ByteArrayInputStream made = bytes;
            if (made == null) {
                made = new ByteArrayInputStream(message.toByteArray());
                bytes = made;
            }
            return made;
        }
    }
}
