package io.edgeai.core.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** JSON, UBJSON and XML models: XGBoost and OpenVINO, and what else comes in these clothes. */
final class TextKind {
    private static final int HEAD = 1 << 16;
    private static final Pattern XML_NAME = Pattern.compile("<([\\w:.-]+)");
    private static final Map<String, String> JSON_KEYS = Map.of(
            "weight_map", "the index of a sharded Hugging Face model. Maybe name its folder.",
            "model_type", "a Hugging Face configuration without weights. Maybe name the folder.",
            "architectures", "a Hugging Face configuration without weights. Maybe name the folder.",
            "modelTopology", "a TensorFlow.js model. Maybe convert the SavedModel it came from.",
            "class_name", "a Keras architecture without weights. Maybe export a SavedModel.",
            "arg_nodes", "an MXNet graph. Maybe convert it to ONNX with its own tools.");

    private TextKind() {}

    static Detected xml(FileView file) {
        String head = file.utf8(0, HEAD).replace("\ufeff", "");
        Matcher matcher = XML_NAME.matcher(head).region(prolog(head), head.length());
        if (!matcher.lookingAt()) {
            throw refuse(file, "no readable XML. Maybe it is damaged.");
        }
        String root = matcher.group(1);
        if (root.equals("net")) {
            String tail = file.latin(Math.max(0, file.size() - 256), 256).stripTrailing();
            if (!tail.endsWith("</net>")) {
                throw refuse(file, "an OpenVINO model that is cut off. Maybe fetch it again.");
            }
            return new Detected(ModelFormat.OPENVINO, "IR");
        }
        if (root.equalsIgnoreCase("html")) {
            throw refuse(file, Marks.describeText("<html"));
        }
        throw refuse(
                file,
                "an XML file with the root element <" + root + ">, no model of a known kind. Maybe choose"
                        + " another file.");
    }

    /** Where the root element begins: behind declarations, comments and document types. Linear, whatever the text. */
    private static int prolog(String text) {
        for (int at = blanks(text, 0); ; ) {
            String end = text.startsWith("<?", at)
                    ? "?>"
                    : text.startsWith("<!--", at) ? "-->" : text.startsWith("<!DOCTYPE", at) ? ">" : "";
            int found = end.isEmpty() ? -1 : text.indexOf(end, at + (end.equals("-->") ? 4 : 2));
            if (found < 0) {
                return at;
            }
            at = blanks(text, found + end.length());
        }
    }

    private static int blanks(String text, int from) {
        int at = from;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    static Detected json(FileView file) {
        Set<String> keys = new LinkedHashSet<>();
        try (JsonParser json = new JsonFactory().createParser(file.bytes(0, HEAD))) {
            int depth = 0;
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.FIELD_NAME && depth <= 2) {
                    keys.add((depth == 2 ? "." : "") + json.currentName());
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            }
        } catch (IOException e) {
            if (keys.isEmpty()) { // otherwise the head ended amid a value, as it does in large files
                throw new ModelFormatException(
                        "Model (" + file.path() + ") is no readable JSON. Maybe it is damaged.", e);
            }
        }
        if (keys.contains("learner")
                && (keys.contains(".gradient_booster")
                        || keys.contains(".learner_model_param")
                        || keys.contains(".attributes")
                        || keys.contains(".objective"))) {
            return endsWithBrace(file, "JSON");
        }
        for (String key : keys) {
            String kind = JSON_KEYS.get(key);
            if (kind != null) {
                throw refuse(file, kind);
            }
        }
        throw refuse(
                file,
                "a JSON document with the keys "
                        + keys.stream().filter(k -> !k.startsWith(".")).limit(8).toList()
                        + ", no model of a known kind. Maybe choose another file.");
    }

    /** UBJSON as XGBoost writes it: an object whose first key has a 64-bit length. */
    static boolean looksLikeUbjson(FileView file) {
        if (file.size() < 18 || file.at(0) != '{' || file.at(1) != 'L') {
            return false;
        }
        long length = Long.reverseBytes(file.littleEndian(2, 8));
        String key = length > 0 && length < 64 ? file.latin(10, (int) length) : "";
        return key.equals("learner") || key.equals("version");
    }

    static Detected ubjson(FileView file) {
        return endsWithBrace(file, "UBJSON");
    }

    private static Detected endsWithBrace(FileView file, String variant) {
        String tail = file.latin(Math.max(0, file.size() - 64), 64).stripTrailing();
        if (!tail.endsWith("}")) {
            throw refuse(file, "an XGBoost model that is cut off. Maybe fetch it again.");
        }
        return new Detected(ModelFormat.XGBOOST, variant);
    }

    static ModelFormatException refuse(FileView file, String kind) {
        return new ModelFormatException("Model (" + file.path() + ") is " + kind);
    }
}
