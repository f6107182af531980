package io.edgeai.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A client that knows nothing but gRPC and the field numbers of the protocol as it is published. */
final class WireClient {
    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private final ManagedChannel channel;
    private CallOptions options = CallOptions.DEFAULT;

    WireClient(ManagedChannel channel) {
        this.channel = channel;
    }

    WireClient authorization(String value) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), value);
        WireClient bearing = new WireClient(channel);
        bearing.options = options.withOption(HEADERS, headers);
        return bearing;
    }

    WireClient within(long millis) {
        WireClient hurried = new WireClient(channel);
        hurried.options = options.withDeadlineAfter(millis, TimeUnit.MILLISECONDS);
        return hurried;
    }

    private static final CallOptions.Key<Metadata> HEADERS = CallOptions.Key.create("headers");

    /** Fields of the answer by number, in order. */
    Map<Integer, List<Object>> call(String method, byte[] request) {
        MethodDescriptor<byte[], byte[]> unary = MethodDescriptor.newBuilder(BYTES, BYTES)
                .setType(MethodType.UNARY)
                .setFullMethodName("inference.GRPCInferenceService/" + method)
                .build();
        Metadata headers = options.getOption(HEADERS);
        var way = headers == null
                ? channel
                : io.grpc.ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
        return fields(ClientCalls.blockingUnaryCall(way, unary, options, request));
    }

    /** The code that a call is refused with; OK where it is answered. */
    String code(String method, byte[] request) {
        try {
            call(method, request);
            return "OK";
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode().name();
        }
    }

    /** Name 1 and version 2, as the model methods have it. */
    static byte[] model(String name, String version) {
        return message(out -> {
            out.writeString(1, name);
            out.writeString(2, version);
        });
    }

    /** One FP32 input x [rows, 2], its values as raw bytes. */
    static byte[] infer(String name, String version, float... values) {
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        byte[] input = message(out -> {
            out.writeString(1, "x");
            out.writeString(2, "FP32");
            out.writeInt64(3, values.length / 2);
            out.writeInt64(3, 2);
        });
        return message(out -> {
            out.writeString(1, name);
            out.writeString(2, version);
            out.writeByteArray(5, input);
            out.writeByteArray(7, raw.array());
        });
    }

    /** {@link #infer} with an id. */
    static byte[] inferAs(String id, String name, String version, float... values) {
        byte[] plain = infer(name, version, values);
        byte[] field = message(out -> out.writeString(3, id));
        byte[] all = java.util.Arrays.copyOf(plain, plain.length + field.length);
        System.arraycopy(field, 0, all, plain.length, field.length);
        return all;
    }

    /** {@link #infer} with a parameter {@code unit_id}, a text or a boolean. */
    static byte[] inferFor(Object unit, String name, float... values) {
        byte[] value = message(out -> {
            if (unit instanceof Boolean flag) {
                out.writeBool(1, flag);
            } else {
                out.writeString(3, unit.toString());
            }
        });
        byte[] entry = message(out -> {
            out.writeString(1, "unit_id");
            out.writeByteArray(2, value);
        });
        byte[] parameter = message(out -> out.writeByteArray(4, entry));
        byte[] plain = infer(name, "", values);
        byte[] all = java.util.Arrays.copyOf(plain, plain.length + parameter.length);
        System.arraycopy(parameter, 0, all, plain.length, parameter.length);
        return all;
    }

    static float[] floats(ByteString raw) {
        float[] values = new float[raw.size() / 4];
        ByteBuffer.wrap(raw.toByteArray())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Writing fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.to(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Map<Integer, List<Object>> fields(byte[] message) {
        Map<Integer, List<Object>> fields = new TreeMap<>();
        CodedInputStream in = CodedInputStream.newInstance(message);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                boolean number = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT;
                fields.computeIfAbsent(WireFormat.getTagFieldNumber(tag), key -> new java.util.ArrayList<>())
                        .add(number ? (Object) in.readInt64() : in.readBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return fields;
    }
}
