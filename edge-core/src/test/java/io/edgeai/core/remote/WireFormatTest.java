package io.edgeai.core.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.remote.wire.OpenInference.ModelInferRequest;
import io.edgeai.core.remote.wire.OpenInference.ModelInferResponse;
import io.edgeai.core.serving.protocol.ModelMetadata;
import io.grpc.Drainable;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Messages as bytes, walked field by field with the numbers of the published protocol. */
class WireFormatTest {
    private static final Tensor X = Tensor.of(new float[] {1, 2}, 1, 2);

    /** Fields of a message in order as "number=value"; messages and texts as they are told apart by the test. */
    private static List<String> fields(ByteString message, int... nested) throws IOException {
        List<String> fields = new ArrayList<>();
        CodedInputStream in = message.newCodedInput();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int number = WireFormat.getTagFieldNumber(tag);
            if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
                fields.add(number + "=" + in.readInt64());
                continue;
            }
            ByteString bytes = in.readBytes();
            boolean inner = java.util.Arrays.stream(nested).anyMatch(n -> n == number);
            fields.add(number + "=" + (inner ? fields(bytes) : bytes.toStringUtf8()));
        }
        return fields;
    }

    @Test
    void aRequestHasThePublishedNumbers() throws IOException {
        ModelInferRequest request = WireMessages.request("net", "3", Map.of("x", X));

        String packedShape = "\u0001\u0002";
        String raw = WireTensors.raw(X).toStringUtf8();
        assertThat(fields(request.toByteString(), 5))
                .containsExactly("1=net", "2=3", "5=[1=x, 2=FP32, 3=" + packedShape + "]", "7=" + raw);
    }

    @Test
    void anAnswerHasThePublishedNumbers() throws IOException {
        ModelInferRequest request = ModelInferRequest.newBuilder()
                .setModelName("net")
                .setModelVersion("3")
                .setId("q7")
                .build();
        ModelInferResponse response = WireMessages.response(request, new InferenceHost.Inferred(Map.of("x", X), "4"));

        String raw = WireTensors.raw(X).toStringUtf8();
        assertThat(fields(response.toByteString(), 5))
                .containsExactly("1=net", "2=4", "3=q7", "5=[1=x, 2=FP32, 3=\u0001\u0002]", "6=" + raw);
    }

    @Test
    void metadataHasThePublishedNumbersAndComesBack() throws IOException {
        Signature signature = new Signature(
                List.of(TensorSpec.of("x", ElementType.FLOAT, 5)),
                List.of(TensorSpec.of("y", ElementType.STRING, -1, 2)));
        var metadata = WireMessages.metadata(new ModelMetadata("net", List.of("1", "7"), "edgeai", signature));

        assertThat(fields(metadata.toByteString(), 4))
                .startsWith("1=net", "2=1", "2=7", "3=edgeai", "4=[1=x, 2=FP32, 3=\u0005]")
                .last()
                .asString()
                .startsWith("5=");
        assertThat(WireMessages.signature(metadata)).isEqualTo(signature);
    }

    @Test
    void rawContentsMustBeThereForAllOrForNone() {
        ModelInferRequest half = WireMessages.request("net", "", Map.of("x", X, "z", X)).toBuilder()
                .clearRawInputContents()
                .addRawInputContents(ByteString.EMPTY)
                .build();
        assertThatThrownBy(() -> WireMessages.inputs(half)).hasMessageContaining("(2) tensors but raw contents of (1)");
        ModelInferRequest twice = WireMessages.request("net", "", Map.of("x", X));
        ModelInferRequest same = twice.toBuilder()
                .addInputs(twice.getInputs(0))
                .addRawInputContents(twice.getRawInputContents(0))
                .build();
        assertThatThrownBy(() -> WireMessages.inputs(same))
                .hasMessageContaining("(x)")
                .hasMessageContaining("twice");
    }

    @Test
    void messagesReadAsStreamsAreTheSameBytesAsDrainedOnes() throws IOException {
        MessageMarshaller<ModelInferRequest> marshaller = new MessageMarshaller<>(ModelInferRequest.parser());
        ModelInferRequest request = WireMessages.request("net", "", Map.of("x", X));
        ByteArrayOutputStream drained = new ByteArrayOutputStream();
        InputStream other = marshaller.stream(request);
        assertThat(other.available()).isEqualTo(request.getSerializedSize());
        ((Drainable) other).drainTo(drained);

        assertThat(other.read()).isEqualTo(-1);
        assertThat(marshaller.stream(request).readAllBytes())
                .isEqualTo(drained.toByteArray())
                .isEqualTo(request.toByteArray());
        assertThat(marshaller.parse(new ByteArrayInputStream(drained.toByteArray())))
                .isEqualTo(request);
        assertThatThrownBy(() -> marshaller.parse(new ByteArrayInputStream(new byte[] {0x0a, 0x7f})))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("INVALID_ARGUMENT");
    }
}
