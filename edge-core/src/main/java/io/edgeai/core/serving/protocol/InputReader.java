package io.edgeai.core.serving.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one input of a request. Its members may come in any order: data that comes before its shape and datatype are
 * known is skipped and read again from the bytes once they are.
 */
final class InputReader {
    private static final String BINARY_SIZE = "binary_data_size";
    private static final int NOWHERE = -1;

    private final JsonFactory factory;
    private final ProtocolLimits limits;
    private final byte[] body;
    private final int jsonLength;
    /** What is left of the binary data after the JSON. */
    private final ByteBuffer binary;

    private @Nullable String name;
    private long @Nullable [] shape;
    private @Nullable String datatype;
    private @Nullable Parameters parameters;
    private @Nullable Tensor tensor;
    private int skippedAt = NOWHERE;

    InputReader(JsonFactory factory, ProtocolLimits limits, byte[] body, int jsonLength, ByteBuffer binary) {
        this.factory = factory;
        this.limits = limits;
        this.body = body;
        this.jsonLength = jsonLength;
        this.binary = binary;
    }

    /** An input and its name. */
    record Input(String name, Tensor tensor) {}

    /** Reads the object at the parser's current token. */
    Input read(JsonParser json) throws IOException {
        Json.requireStart(json, JsonToken.START_OBJECT, "An input");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String member = json.currentName();
            json.nextToken();
            switch (member) {
                case "name" -> name = once(member, name, Json.text(json, "Name of an input"));
                case "shape" -> shape = once(member, shape, Shapes.read(json, limits.rank()));
                case "datatype" -> datatype = once(member, datatype, Json.text(json, "Datatype of an input"));
                case "parameters" -> parameters = once(member, parameters, Parameters.read(json, limits.parameters()));
                case "data" -> data(json);
                default -> json.skipChildren();
            }
        }
        String title = name;
        if (title == null) {
            throw new InvalidInputException("An input has no name. Maybe give it that of the model's input.");
        }
        return new Input(title, finished(title));
    }

    private static <T> T once(String member, @Nullable T before, T now) {
        if (before != null) {
            throw new InvalidInputException("An input has (" + member + ") twice.");
        }
        return now;
    }

    private String title() {
        return name == null ? "not yet named" : Excerpt.of(name);
    }

    private void data(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (tensor != null || skippedAt != NOWHERE) {
            throw new InvalidInputException("An input has (data) twice.");
        }
        if (shape != null && datatype != null) {
            tensor = TensorParser.read(json, title(), Datatypes.parse(title(), datatype), shape, jsonLength);
        } else {
            long at = json.currentTokenLocation().getByteOffset();
            if (at < 0 || at >= jsonLength || body[(int) at] != '[') {
                throw new InvalidInputException("Data of input (" + title()
                        + ") must be a JSON array in UTF-8. Maybe give its shape and datatype first.");
            }
            skippedAt = (int) at;
            json.skipChildren();
        }
    }

    private Tensor finished(String title) throws IOException {
        if (shape == null || datatype == null) {
            throw new InvalidInputException("Input (" + Excerpt.of(title) + ") has no "
                    + (shape == null ? "shape" : "datatype") + ". Maybe give both, and its data.");
        }
        ElementType type = Datatypes.parse(title(), datatype);
        boolean isBinary = parameters != null && parameters.has(BINARY_SIZE);
        if (isBinary && (tensor != null || skippedAt != NOWHERE)) {
            throw new InvalidInputException(
                    "Input (" + title() + ") has both data and (" + BINARY_SIZE + "). Maybe leave one of them out.");
        }
        if (isBinary && parameters != null) {
            return BinaryTensors.read(title(), type, shape, taken(parameters.count(BINARY_SIZE, 0)));
        }
        if (skippedAt != NOWHERE) {
            return again(type, shape);
        }
        if (tensor == null) {
            throw new InvalidInputException("Input (" + title() + ") has no data. Maybe give its elements, or ("
                    + BINARY_SIZE + ") and bytes after the JSON.");
        }
        return tensor;
    }

    private ByteBuffer taken(long size) {
        if (size > binary.remaining()) {
            throw new InvalidInputException(
                    "Input (" + title() + ") says (" + BINARY_SIZE + ") " + size + ", but only ("
                            + binary.remaining() + ") bytes are left after the JSON. Maybe the header"
                            + " Inference-Header-Content-Length is missing or wrong.");
        }
        ByteBuffer bytes = binary.slice(binary.position(), (int) size);
        binary.position(binary.position() + (int) size);
        return bytes;
    }

    private Tensor again(ElementType type, long[] known) throws IOException {
        try (JsonParser json = factory.createParser(body, skippedAt, jsonLength - skippedAt)) {
            json.nextToken();
            return TensorParser.read(json, title(), type, known, jsonLength - skippedAt);
        }
    }
}
