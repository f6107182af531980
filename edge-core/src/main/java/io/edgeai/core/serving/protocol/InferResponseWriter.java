package io.edgeai.core.serving.protocol;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes answers: a JSON object with flat data, and after it the bytes of outputs asked for in binary. Numbers that JSON
 * has no word for are the texts {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}, as in protocol buffers' JSON.
 * Immutable and thread-safe.
 */
public final class InferResponseWriter {
    private final JsonFactory factory = Json.factory(ProtocolLimits.ofDefaults());

    /**
     * Encodes an answer.
     *
     * @throws InvalidInputException where an output's element type has no name in the protocol
     */
    public ProtocolBody write(InferResponse response) {
        List<ByteBuffer> binary = new ArrayList<>();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = factory.createGenerator(bytes, JsonEncoding.UTF8)) {
            json.writeStartObject();
            json.writeStringField("model_name", response.model());
            if (response.version().isPresent()) {
                json.writeStringField("model_version", response.version().get());
            }
            if (response.id().isPresent()) {
                json.writeStringField("id", response.id().get());
            }
            json.writeArrayFieldStart("outputs");
            for (InferResponse.Output output : response.outputs()) {
                write(json, output, binary);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ProtocolBody(ByteBuffer.wrap(bytes.toByteArray()), binary);
    }

    private static void write(JsonGenerator json, InferResponse.Output output, List<ByteBuffer> binary)
            throws IOException {
        Tensor tensor = output.tensor();
        if (!Datatypes.named(tensor.type())) {
            throw new InvalidInputException("Output (" + output.name() + ") has element type (" + tensor.type()
                    + "), which this protocol cannot carry. Maybe name the outputs you need, without it.");
        }
        json.writeStartObject();
        json.writeStringField("name", output.name());
        json.writeStringField("datatype", Datatypes.name(tensor.type()));
        json.writeFieldName("shape");
        long[] shape = tensor.shape();
        json.writeArray(shape, 0, shape.length);
        if (output.binary()) {
            ByteBuffer bytes = BinaryTensors.write(tensor);
            binary.add(bytes);
            json.writeObjectFieldStart("parameters");
            json.writeNumberField("binary_data_size", bytes.remaining());
            json.writeEndObject();
        } else {
            json.writeArrayFieldStart("data");
            data(json, tensor);
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void data(JsonGenerator json, Tensor tensor) throws IOException {
        if (tensor.type() == ElementType.STRING) {
            for (String text : tensor.strings()) {
                json.writeString(text);
            }
            return;
        }
        int elements = (int) tensor.elements();
        NumberTexts numbers = new NumberTexts(tensor);
        if (tensor.type() == ElementType.BOOL) {
            for (int i = 0; i < elements; i++) {
                json.writeBoolean(numbers.whole(i) != 0);
            }
        } else if (tensor.type() == ElementType.DOUBLE) {
            for (int i = 0; i < elements; i++) {
                double value = numbers.real(i);
                if (Double.isFinite(value)) {
                    json.writeNumber(value);
                } else {
                    json.writeString(Double.toString(value));
                }
            }
        } else if (numbers.floating()) {
            for (int i = 0; i < elements; i++) {
                float value = numbers.single(i);
                if (Float.isFinite(value)) {
                    json.writeNumber(value);
                } else {
                    json.writeString(Float.toString(value));
                }
            }
        } else {
            for (int i = 0; i < elements; i++) {
                long value = numbers.whole(i);
                if (value < 0 && tensor.type() == ElementType.UINT64) {
                    json.writeNumber(Long.toUnsignedString(value));
                } else {
                    json.writeNumber(value);
                }
            }
        }
    }
}
