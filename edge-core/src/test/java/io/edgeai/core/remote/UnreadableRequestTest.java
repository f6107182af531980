package io.edgeai.core.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.testing.Ort;
import io.grpc.CallOptions;
import io.grpc.Compressor;
import io.grpc.CompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that no client of the protocol would send: each is refused with a reason, and the server goes on. */
class UnreadableRequestTest {
    private static final int LIMIT = 4096;
    /** Field 1 of 9 bytes, of which 2 are there. */
    private static final byte[] CUT_OFF = {0x0A, 9, 'a', 'b'};

    private static InferenceSession session;
    private static GrpcInferenceServer server;
    private static ManagedChannel channel;

    @BeforeAll
    static void start() {
        session = Ort.runtime().open(TinyModels.twoInTwoOut(), SessionOptions.defaults());
        server = GrpcInferenceServer.builder()
                .model("two", session)
                .maxMessageBytes(LIMIT)
                .start();
        channel = channel(CompressorRegistry.getDefaultInstance());
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        server.close();
        session.close();
    }

    private static ManagedChannel channel(CompressorRegistry compressors) {
        return NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .compressorRegistry(compressors)
                .build();
    }

    /** Hands bytes on as they are. */
    private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream answer) {
            return new byte[0];
        }
    }

    private static Status status(ManagedChannel way, String method, byte[] request, CallOptions options) {
        MethodDescriptor<byte[], byte[]> raw = MethodDescriptor.newBuilder(new Raw(), new Raw())
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(InferenceMethods.SERVICE + "/" + method)
                .build();
        try {
            ClientCalls.blockingUnaryCall(way, raw, options, request);
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    private static Status status(String method, byte[] request) {
        return status(channel, method, request, CallOptions.DEFAULT);
    }

    private static byte[] request(int length) {
        Tensor tensor = Tensor.of(new float[length], length);
        return WireMessages.request("two", "", Map.of("a", tensor, "b", tensor)).toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ServerLive", "ServerReady", "ModelReady", "ServerMetadata", "ModelMetadata", "ModelInfer"})
    void everyMethodRefusesBytesThatAreNoMessageWithAReasonAndGoesOn(String method) {
        Status refused = status(method, CUT_OFF);
        assertThat(refused.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused.getDescription())
                .contains("no message of the Open Inference Protocol")
                .contains("Maybe ");
        assertThat(status("ServerLive", new byte[0])).isEqualTo(Status.OK);
        assertThat(status("ModelInfer", request(2))).isEqualTo(Status.OK);
    }

    /** A field of each kind: a number, a text, 4 bytes, 8 bytes, an empty group. */
    private static final byte[][] FIELDS = {
        {0x08, 5}, {0x12, 1, 'a'}, {0x1D, 1, 2, 3, 4}, {0x21, 1, 2, 3, 4, 5, 6, 7, 8}, {0x2B, 0x2C}
    };

    /** One to three fields, of which one byte in every second message is not what it was. */
    private static byte[] almostMessage(Random random) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            bytes.writeBytes(FIELDS[random.nextInt(FIELDS.length)]);
        }
        byte[] message = bytes.toByteArray();
        if (random.nextBoolean()) {
            message[random.nextInt(message.length)] = (byte) random.nextInt(256);
        }
        return message;
    }

    /** ServerLive has no fields, so that a message is whatever the wire format allows. */
    @Test
    void whatIsAMessageIsDecidedByTheWireFormatAlone() {
        Random random = new Random(17);
        int refused = 0;
        for (int i = 0; i < 600; i++) {
            byte[] bytes = almostMessage(random);
            boolean message = ProtobufGrammar.wellFormed(bytes);
            refused += message ? 0 : 1;
            assertThat(status("ServerLive", bytes).getCode())
                    .as("message %d of seed 17, %s", i, HexFormat.of().formatHex(bytes))
                    .isEqualTo(message ? Status.Code.OK : Status.Code.INVALID_ARGUMENT);
        }
        assertThat(refused).isBetween(60, 540);
    }

    @Test
    void aMessageThatUnpacksBeyondTheLimitIsRefusedAsTooLong() {
        Status refused = status(channel, "ModelInfer", request(2 * LIMIT), CallOptions.DEFAULT.withCompression("gzip"));
        assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(status(channel, "ModelInfer", request(2), CallOptions.DEFAULT.withCompression("gzip")))
                .isEqualTo(Status.OK);
    }

    /** gRPC's table of codes has INTERNAL for what cannot be decompressed. */
    @Test
    void aMessageThatSaysItIsPackedAndIsNotCannotBeUnpacked() {
        CompressorRegistry lying = CompressorRegistry.newEmptyInstance();
        lying.register(new Compressor() {
            @Override
            public String getMessageEncoding() {
                return "gzip";
            }

            @Override
            public OutputStream compress(OutputStream out) {
                return out;
            }
        });
        ManagedChannel liar = channel(lying);
        Status refused = status(liar, "ModelInfer", request(2), CallOptions.DEFAULT.withCompression("gzip"));
        liar.shutdownNow();
        assertThat(refused.getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(refused.getDescription()).contains("cannot be unpacked").contains("Maybe ");
        assertThat(status("ModelInfer", request(2))).isEqualTo(Status.OK);
    }

    @Test
    void aReadRequestGivesItsMessageAndAnUnreadableOneItsReason() {
        MethodDescriptor.Marshaller<Received<byte[]>> marshaller = Received.by(
                        InferenceMethods.SERVER_LIVE.toBuilder(new Raw(), new Raw())
                                .build())
                .getRequestMarshaller();
        assertThatCode(() -> marshaller.parse(InputStream.nullInputStream()).message())
                .doesNotThrowAnyException();
        var unreadable = Received.by(InferenceMethods.SERVER_LIVE)
                .getRequestMarshaller()
                .parse(new ByteArrayInputStream(CUT_OFF));
        assertThatThrownBy(unreadable::message).hasMessageContaining("INVALID_ARGUMENT");
    }
}
