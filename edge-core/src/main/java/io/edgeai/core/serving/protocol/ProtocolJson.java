package io.edgeai.core.serving.protocol;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The protocol's small messages: health, metadata, the repository's, and errors. Immutable and thread-safe. */
public final class ProtocolJson {
    private final ProtocolLimits limits = ProtocolLimits.ofDefaults();
    private final JsonFactory factory = Json.factory(limits);

    @FunctionalInterface
    private interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    /** {@code {"error": message}}. */
    public byte[] error(String message) {
        String unicode = new String(message.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        return object(json -> json.writeStringField("error", unicode));
    }

    public byte[] live(boolean live) {
        return object(json -> json.writeBooleanField("live", live));
    }

    /** The specification's table calls the member {@code live}, its text {@code ready}: both are written. */
    public byte[] ready(boolean ready) {
        return object(json -> {
            json.writeBooleanField("ready", ready);
            json.writeBooleanField("live", true);
        });
    }

    public byte[] modelReady(String model, boolean ready) {
        return object(json -> {
            json.writeStringField("name", model);
            json.writeBooleanField("ready", ready);
        });
    }

    public byte[] server(String name, String version, List<String> extensions) {
        return object(json -> {
            json.writeStringField("name", name);
            json.writeStringField("version", version);
            texts(json, "extensions", extensions);
        });
    }

    public byte[] model(ModelMetadata metadata) {
        return object(json -> {
            json.writeStringField("name", metadata.name());
            texts(json, "versions", metadata.versions());
            json.writeStringField("platform", metadata.platform());
            tensors(json, "inputs", metadata.signature().inputs());
            tensors(json, "outputs", metadata.signature().outputs());
        });
    }

    public byte[] index(List<IndexEntry> entries) {
        return written(json -> {
            json.writeStartArray();
            for (IndexEntry entry : entries) {
                json.writeStartObject();
                json.writeStringField("name", entry.name());
                json.writeStringField("version", entry.version());
                json.writeStringField("state", entry.ready() ? "READY" : "UNAVAILABLE");
                json.writeStringField("reason", entry.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /**
     * The body of a request to the repository: its {@code parameters}, or the members of an index request. An empty body
     * has none.
     *
     * @param member {@code "parameters"} to read that member; empty to read the object itself
     * @throws InvalidInputException where it is no such object
     */
    public Parameters parameters(byte[] body, String member) {
        if (body.length == 0) {
            return Parameters.NONE;
        }
        try (JsonParser json = factory.createParser(body)) {
            json.nextToken();
            if (member.isEmpty()) {
                return Parameters.read(json, limits.parameters());
            }
            Json.requireStart(json, JsonToken.START_OBJECT, "The request");
            Parameters parameters = Parameters.NONE;
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals(member)) {
                    parameters = Parameters.read(json, limits.parameters());
                } else {
                    json.skipChildren();
                }
            }
            return parameters;
        } catch (JsonProcessingException e) {
            throw Json.broken(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void texts(JsonGenerator json, String name, List<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    private static void tensors(JsonGenerator json, String name, List<TensorSpec> specs) throws IOException {
        json.writeArrayFieldStart(name);
        for (TensorSpec spec : specs) {
            json.writeStartObject();
            json.writeStringField("name", spec.name());
            json.writeStringField("datatype", Datatypes.name(spec.type()));
            json.writeArrayFieldStart("shape");
            for (Dim dim : spec.shape()) {
                json.writeNumber(dim.known() ? dim.size() : -1);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private byte[] object(Content content) {
        return written(json -> {
            json.writeStartObject();
            content.write(json);
            json.writeEndObject();
        });
    }

    private byte[] written(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = factory.createGenerator(bytes, JsonEncoding.UTF8)) {
            content.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
