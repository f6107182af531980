package io.edgeai.core.serving.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads requests for inference: a JSON object, and after it the bytes of inputs that have {@code binary_data_size}.
 * Members that the protocol does not know are skipped. Where a number is not finite, {@code "NaN"}, {@code "Infinity"} and
 * {@code "-Infinity"} are read, as texts or bare. Immutable and thread-safe.
 */
public final class InferRequestReader {
    private final ProtocolLimits limits;
    private final JsonFactory factory;

    public InferRequestReader(ProtocolLimits limits) {
        this.limits = limits;
        this.factory = Json.factory(limits);
    }

    /** A reader under {@link ProtocolLimits#ofDefaults()}. */
    public static InferRequestReader ofDefaults() {
        return new InferRequestReader(ProtocolLimits.ofDefaults());
    }

    /**
     * Reads a request that is JSON and nothing else.
     *
     * @throws InvalidInputException where it breaks the protocol or a limit; the message says where
     */
    public InferRequest read(byte[] body) {
        return read(body, body.length);
    }

    /**
     * Reads a request whose first bytes are JSON, and the others binary data of its inputs, in their order.
     *
     * @param jsonLength how many bytes are JSON
     * @throws InvalidInputException where it breaks the protocol or a limit, or where bytes are missing or left over
     */
    public InferRequest read(byte[] body, int jsonLength) {
        if (jsonLength < 0 || jsonLength > body.length) {
            throw new InvalidInputException(
                    "Length of the JSON (" + jsonLength + ") is not in 0 to that of the body (" + body.length + ").");
        }
        ByteBuffer binary = ByteBuffer.wrap(body, jsonLength, body.length - jsonLength);
        try (JsonParser json = factory.createParser(body, 0, jsonLength)) {
            json.nextToken();
            InferRequest request = request(json, body, jsonLength, binary);
            if (json.nextToken() != null) {
                throw new InvalidInputException(
                        "There is (" + json.currentToken() + ") after the request's JSON object."
                                + " Maybe the header Inference-Header-Content-Length is missing or wrong.");
            }
            if (binary.hasRemaining()) {
                throw new InvalidInputException("After the request's JSON, (" + binary.remaining()
                        + ") bytes belong to no input. Maybe one lacks its binary_data_size.");
            }
            return request;
        } catch (JsonProcessingException e) {
            throw Json.broken(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private InferRequest request(JsonParser json, byte[] body, int jsonLength, ByteBuffer binary) throws IOException {
        Json.requireStart(json, JsonToken.START_OBJECT, "The request");
        Optional<String> id = Optional.empty();
        Parameters parameters = Parameters.NONE;
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        List<Wanted> outputs = List.of();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String member = json.currentName();
            boolean absent = json.nextToken() == JsonToken.VALUE_NULL;
            if (absent) {
                continue;
            }
            switch (member) {
                case "id" -> id = Optional.of(Json.text(json, "The request's id"));
                case "parameters" -> parameters = Parameters.read(json, limits.parameters());
                case "inputs" -> inputs(json, body, jsonLength, binary, inputs);
                case "outputs" -> outputs = outputs(json);
                default -> json.skipChildren();
            }
        }
        if (inputs.isEmpty()) {
            throw new InvalidInputException("The request has no inputs. Maybe give a tensor for each of the model's.");
        }
        boolean all = parameters.flag("binary_data_output", false);
        List<RequestedOutput> wanted =
                outputs.stream().map(output -> output.under(all)).toList();
        return new InferRequest(id, parameters, inputs, wanted, all);
    }

    private void inputs(JsonParser json, byte[] body, int jsonLength, ByteBuffer binary, Map<String, Tensor> inputs)
            throws IOException {
        Json.requireStart(json, JsonToken.START_ARRAY, "The request's inputs");
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (inputs.size() == limits.tensors()) {
                throw new InvalidInputException("The request has more than (" + limits.tensors() + ") inputs.");
            }
            InputReader.Input input = new InputReader(factory, limits, body, jsonLength, binary).read(json);
            if (inputs.put(input.name(), input.tensor()) != null) {
                throw new InvalidInputException("Input (" + Excerpt.of(input.name()) + ") is given twice.");
            }
        }
    }

    /** A requested output before it is known what holds for all outputs, since members come in any order. */
    private record Wanted(String name, Parameters parameters) {
        RequestedOutput under(boolean binaryForAll) {
            long classes = parameters.count("classification", 0);
            return new RequestedOutput(
                    name, parameters.flag("binary_data", binaryForAll), (int) Math.min(Integer.MAX_VALUE, classes));
        }
    }

    private List<Wanted> outputs(JsonParser json) throws IOException {
        Json.requireStart(json, JsonToken.START_ARRAY, "The request's outputs");
        List<Wanted> wanted = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (wanted.size() == limits.tensors()) {
                throw new InvalidInputException("The request asks for more than (" + limits.tensors() + ") outputs.");
            }
            wanted.add(wanted(json));
        }
        return wanted;
    }

    private Wanted wanted(JsonParser json) throws IOException {
        Json.requireStart(json, JsonToken.START_OBJECT, "A requested output");
        Optional<String> name = Optional.empty();
        Parameters parameters = Parameters.NONE;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String member = json.currentName();
            json.nextToken();
            switch (member) {
                case "name" -> name = Optional.of(Json.text(json, "Name of a requested output"));
                case "parameters" -> parameters = Parameters.read(json, limits.parameters());
                default -> json.skipChildren();
            }
        }
        return new Wanted(
                name.orElseThrow(() -> new InvalidInputException("A requested output has no name.")), parameters);
    }
}
