package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import inference.GrpcPredictV2.InferTensorContents;
import inference.GrpcPredictV2.ModelInferRequest;
import inference.GrpcPredictV2.ModelInferRequest.InferInputTensor;
import inference.GrpcPredictV2.ModelInferRequest.InferRequestedOutputTensor;
import inference.GrpcPredictV2.ModelInferResponse;
import inference.GrpcPredictV2.ModelMetadataResponse;
import inference.GrpcPredictV2.ModelMetadataResponse.TensorMetadata;
import inference.GrpcPredictV2.ModelReadyResponse;
import inference.GrpcPredictV2.ServerLiveResponse;
import inference.GrpcPredictV2.ServerMetadataResponse;
import inference.GrpcPredictV2.ServerReadyResponse;
import io.edgeai.EdgeAI;
import io.grpc.CallCredentials;
import io.grpc.ChannelCredentials;
import io.grpc.CompositeChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.kserve.KServeComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gRPC side of a server, called by a client that others wrote: Apache Camel's for KServe, over KServe's own messages. */
class GrpcClientOfOthersTest {
    @TempDir
    Path home;

    private EdgeAI edge;
    private CamelContext camel;
    private ProducerTemplate client;

    @BeforeEach
    void open() {
        edge = EdgeAI.builder().home(home).build();
        TestModels.times(edge, "double", 2, true);
        TestModels.times(edge, "double", 3, false);
    }

    @AfterEach
    void close() {
        camel.stop();
        edge.close();
    }

    private void connect(EdgeServer server, ChannelCredentials credentials) {
        camel = new DefaultCamelContext();
        KServeComponent kserve = camel.getComponent("kserve", KServeComponent.class);
        kserve.getConfiguration().setTarget("127.0.0.1:" + server.grpcPort().orElseThrow());
        kserve.getConfiguration().setCredentials(credentials);
        camel.start();
        client = camel.createProducerTemplate();
    }

    private void connect() {
        connect(edge.server().grpcPort(0).start(), InsecureChannelCredentials.create());
    }

    private <T> T ask(String uri, Object request, Class<T> type) {
        return client.requestBody("kserve:" + uri, request, type);
    }

    private ModelInferResponse infer(String uri, ModelInferRequest request) {
        return ask("infer?" + uri, request, ModelInferResponse.class);
    }

    private static ModelInferRequest.Builder rows(float... values) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        for (float value : values) {
            contents.addFp32Contents(value);
        }
        return ModelInferRequest.newBuilder().addInputs(input("x", "FP32", contents, values.length / 2, 2));
    }

    private static InferInputTensor.Builder input(
            String name, String type, InferTensorContents.Builder contents, long... shape) {
        InferInputTensor.Builder input =
                InferInputTensor.newBuilder().setName(name).setDatatype(type).setContents(contents);
        for (long dim : shape) {
            input.addShape(dim);
        }
        return input;
    }

    private static List<Float> floats(ByteString raw) {
        ByteBuffer bytes = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return IntStream.range(0, raw.size() / Float.BYTES)
                .mapToObj(i -> bytes.getFloat())
                .toList();
    }

    private static CallCredentials bearer(String token) {
        return new CallCredentials() {
            @Override
            public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier applier) {
                Metadata metadata = new Metadata();
                metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
                applier.apply(metadata);
            }
        };
    }

    @Test
    void itUnderstandsWhatTheServerSaysOfItself() {
        connect();
        assertThat(ask("server/live", null, ServerLiveResponse.class).getLive()).isTrue();
        assertThat(ask("server/ready", null, ServerReadyResponse.class).getReady())
                .isTrue();
        ServerMetadataResponse server = ask("server/metadata", null, ServerMetadataResponse.class);
        assertThat(server.getName()).isEqualTo("edgeai");
        assertThat(server.getVersion()).isNotEmpty();
    }

    @Test
    void itUnderstandsWhatAModelIs() {
        connect();
        ModelMetadataResponse model = ask("model/metadata?modelName=double", null, ModelMetadataResponse.class);
        assertThat(model.getName()).isEqualTo("double");
        assertThat(model.getVersionsList()).containsExactly("1");
        TensorMetadata x = model.getInputs(0);
        assertThat(x.getName() + x.getDatatype() + x.getShapeList()).isEqualTo("xFP32[-1, 2]");
        assertThat(ask("model/ready?modelName=double&modelVersion=1", null, ModelReadyResponse.class)
                        .getReady())
                .isTrue();
        assertThat(ask("model/ready?modelName=double&modelVersion=2", null, ModelReadyResponse.class)
                        .getReady())
                .as("registered, not loaded")
                .isFalse();
    }

    @Test
    void itIsAnsweredByTypedAndByRawContents() {
        connect();
        ModelInferResponse typed =
                infer("modelName=double", rows(1, 2, 3, 4).setId("7").build());
        assertThat(typed.getId()).isEqualTo("7");
        assertThat(typed.getModelVersion()).isEqualTo("1");
        assertThat(typed.getOutputs(0).getShapeList()).containsExactly(2L, 2L);
        assertThat(floats(typed.getRawOutputContents(0))).containsExactly(2f, 4f, 6f, 8f);

        ByteBuffer raw = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        raw.putFloat(5).putFloat(-.5f).flip();
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder()
                .addInputs(InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(2))
                .addRawInputContents(ByteString.copyFrom(raw))
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("y"));
        ModelInferResponse answer = infer("modelName=double&modelVersion=1", request.build());
        assertThat(floats(answer.getRawOutputContents(0))).containsExactly(10f, -1f);
    }

    /** The answers are read as the specification lays raw bytes out, little end first, texts after their length. */
    @Test
    void everyKindOfTypedContentsIsTaken() {
        Map<String, InferTensorContents.Builder> typed = new TreeMap<>();
        typed.put("BOOL", InferTensorContents.newBuilder().addBoolContents(true));
        typed.put("UINT8", InferTensorContents.newBuilder().addUintContents(200));
        typed.put("UINT16", InferTensorContents.newBuilder().addUintContents(65_535));
        typed.put("UINT32", InferTensorContents.newBuilder().addUintContents((int) 4_000_000_007L));
        typed.put("UINT64", InferTensorContents.newBuilder().addUint64Contents(-2));
        typed.put("INT8", InferTensorContents.newBuilder().addIntContents(-100));
        typed.put("INT16", InferTensorContents.newBuilder().addIntContents(-30_000));
        typed.put("INT32", InferTensorContents.newBuilder().addIntContents(Integer.MIN_VALUE + 7));
        typed.put("INT64", InferTensorContents.newBuilder().addInt64Contents(Long.MIN_VALUE + 7));
        typed.put("FP32", InferTensorContents.newBuilder().addFp32Contents(.1f));
        typed.put("FP64", InferTensorContents.newBuilder().addFp64Contents(.1));
        typed.put("BYTES", InferTensorContents.newBuilder().addBytesContents(ByteString.copyFromUtf8("Grüße")));
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder();
        typed.forEach((type, contents) -> {
            request.addInputs(input("in-" + type, type, contents, 1));
            request.addOutputs(InferRequestedOutputTensor.newBuilder().setName("out-" + type));
        });
        TestModels.echo(edge, "echo", typed.keySet());
        connect();
        ModelInferResponse answer = infer("modelName=echo", request.build());

        Map<String, String> hex = new TreeMap<>();
        for (int i = 0; i < answer.getOutputsCount(); i++) {
            assertThat(answer.getOutputs(i).getName())
                    .isEqualTo("out-" + answer.getOutputs(i).getDatatype());
            hex.put(
                    answer.getOutputs(i).getDatatype(),
                    HexFormat.of().formatHex(answer.getRawOutputContents(i).toByteArray()));
        }
        assertThat(hex)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("BOOL", "01"),
                        Map.entry("UINT8", "c8"),
                        Map.entry("UINT16", "ffff"),
                        Map.entry("UINT32", "07286bee"),
                        Map.entry("UINT64", "feffffffffffffff"),
                        Map.entry("INT8", "9c"),
                        Map.entry("INT16", "d08a"),
                        Map.entry("INT32", "07000080"),
                        Map.entry("INT64", "0700000000000080"),
                        Map.entry("FP32", "cdcccc3d"),
                        Map.entry("FP64", "9a9999999999b93f"),
                        Map.entry("BYTES", "07000000" + "4772c3bcc39f65")));
    }

    @Test
    void itIsToldWhyItIsNotAnswered() {
        connect();
        ModelInferRequest.Builder wide = ModelInferRequest.newBuilder()
                .addInputs(input("x", "FP32", InferTensorContents.newBuilder().addFp32Contents(1), 1, 1));
        for (var refused : List.of(
                new Refused("modelName=other", rows(1, 2), Status.Code.NOT_FOUND),
                new Refused("modelName=double&modelVersion=9", rows(1, 2), Status.Code.NOT_FOUND),
                new Refused("modelName=double&modelVersion=2", rows(1, 2), Status.Code.UNAVAILABLE),
                new Refused("modelName=double", ModelInferRequest.newBuilder(), Status.Code.INVALID_ARGUMENT),
                new Refused("modelName=double", wide, Status.Code.INVALID_ARGUMENT))) {
            assertThatThrownBy(() -> infer(refused.uri, refused.request.build()))
                    .as(refused.uri)
                    .cause()
                    .isInstanceOf(StatusRuntimeException.class)
                    .extracting(failure -> Status.fromThrowable(failure).getCode())
                    .isEqualTo(refused.code);
        }
    }

    private record Refused(String uri, ModelInferRequest.Builder request, Status.Code code) {}

    @Test
    void itShowsItsToken() {
        EdgeServer server = edge.server().grpcPort(0).token("s3cret").start();
        connect(server, CompositeChannelCredentials.create(InsecureChannelCredentials.create(), bearer("s3cret")));
        assertThat(floats(infer("modelName=double", rows(1, 2).build()).getRawOutputContents(0)))
                .containsExactly(2f, 4f);
        camel.stop();
        connect(server, CompositeChannelCredentials.create(InsecureChannelCredentials.create(), bearer("wrong")));
        assertThatThrownBy(() -> infer("modelName=double", rows(1, 2).build()))
                .cause()
                .extracting(failure -> Status.fromThrowable(failure).getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void manyAtOnceEachGetTheirOwnAnswer() {
        connect();
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        for (int caller = 0; caller < 16; caller++) { // as many as the server runs at once
            int own = caller;
            callers.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = 0; i < 100; i++) {
                            ModelInferResponse answer =
                                    infer("modelName=double", rows(own, i).build());
                            assertThat(floats(answer.getRawOutputContents(0))).containsExactly(2f * own, 2f * i);
                        }
                    },
                    task -> new Thread(task).start()));
        }
        callers.forEach(CompletableFuture::join);
    }
}
