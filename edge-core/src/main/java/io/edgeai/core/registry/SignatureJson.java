package io.edgeai.core.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Signatures as JSON: {@code {"inputs":[{"name":"x","type":"FLOAT","shape":["N",3,null]}],"outputs":[…]}}; a string is
 * a symbolic dimension, null an unknown one. By stream, because a registry reads one for each version when it opens, and the
 * classes of a tree of JSON take longer to load than all that a first answer needs besides.
 */
final class SignatureJson {
    private static final JsonFactory JSON = new JsonFactory();

    private SignatureJson() {}

    static String write(Signature signature) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            write(json, "inputs", signature.inputs());
            write(json, "outputs", signature.outputs());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Text cannot be written to memory.", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, String name, List<TensorSpec> specs) throws IOException {
        json.writeArrayFieldStart(name);
        for (TensorSpec spec : specs) {
            json.writeStartObject();
            json.writeStringField("name", spec.name());
            json.writeStringField("type", spec.type().name());
            json.writeArrayFieldStart("shape");
            for (Dim dim : spec.shape()) {
                if (dim.known()) {
                    json.writeNumber(dim.size());
                } else if (dim.symbol().isEmpty()) {
                    json.writeNull();
                } else {
                    json.writeString(dim.symbol());
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static Signature read(String text) {
        List<TensorSpec> inputs = new ArrayList<>();
        List<TensorSpec> outputs = new ArrayList<>();
        try (JsonParser json = JSON.createParser(text)) {
            require(json.nextToken() == JsonToken.START_OBJECT, "an object");
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                boolean input = name.equals("inputs");
                if (input || name.equals("outputs")) {
                    require(value == JsonToken.START_ARRAY, "a list of " + name);
                    specs(json, input ? inputs : outputs);
                } else {
                    json.skipChildren();
                }
            }
            require(json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null, "nothing behind it");
            return new Signature(inputs, outputs);
        } catch (IOException | IllegalArgumentException e) {
            throw new ModelIntegrityException(
                    "Stored signature (" + text + ") cannot be read. Maybe a newer version wrote it.", e);
        }
    }

    private static void specs(JsonParser json, List<TensorSpec> into) throws IOException {
        while (json.nextToken() == JsonToken.START_OBJECT) {
            String name = "";
            String type = "";
            List<Dim> shape = new ArrayList<>();
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                switch (field) {
                    case "name" -> name = json.getText();
                    case "type" -> type = json.getText();
                    case "shape" -> {
                        require(value == JsonToken.START_ARRAY, "a list of dimensions");
                        shape(json, shape);
                    }
                    default -> json.skipChildren();
                }
            }
            into.add(new TensorSpec(name, ElementType.valueOf(type), shape));
        }
        require(json.currentToken() == JsonToken.END_ARRAY, "tensors only");
    }

    private static void shape(JsonParser json, List<Dim> into) throws IOException {
        for (JsonToken dim = json.nextToken(); dim != JsonToken.END_ARRAY; dim = json.nextToken()) {
            switch (dim) {
                case VALUE_NUMBER_INT -> into.add(Dim.of(json.getLongValue()));
                case VALUE_STRING -> into.add(Dim.symbolic(json.getText()));
                case VALUE_NULL -> into.add(Dim.UNKNOWN);
                default -> throw new IllegalArgumentException("a dimension cannot be " + dim);
            }
        }
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new IllegalArgumentException("there should be " + what);
        }
    }
}
