package io.edgeai.formats.xgboost;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.onnx.OnnxWriter;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Model files in XGBoost's layout, made by hand, their answers by recursion, and ONNX Runtime's for comparison. */
final class Boosters {
    static final ObjectMapper JSON = new ObjectMapper();

    private Boosters() {}

    /** A tree as a person would draw it; a leaf has no sides. */
    record Node(int feature, float value, boolean missingLeft, Node left, Node right) {
        static Node leaf(float value) {
            return new Node(0, value, false, null, null);
        }

        float answer(float[] row) {
            if (left == null) {
                return value;
            }
            float x = row[feature];
            return (Float.isNaN(x) ? missingLeft : x < value) ? left.answer(row) : right.answer(row);
        }
    }

    /** Two leaves on either side of a threshold. */
    static Node stump(int feature, float threshold, boolean missingLeft, float left, float right) {
        return new Node(feature, threshold, missingLeft, Node.leaf(left), Node.leaf(right));
    }

    static ObjectNode tree(Node root) {
        List<Node> nodes = new ArrayList<>(List.of(root));
        ObjectNode json = JSON.createObjectNode();
        ArrayNode left = json.putArray("left_children");
        ArrayNode right = json.putArray("right_children");
        ArrayNode features = json.putArray("split_indices");
        ArrayNode conditions = json.putArray("split_conditions");
        ArrayNode defaults = json.putArray("default_left");
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            boolean leaf = node.left() == null;
            left.add(leaf ? -1 : nodes.size());
            right.add(leaf ? -1 : nodes.size() + 1);
            features.add(node.feature());
            conditions.add(node.value());
            defaults.add(node.missingLeft() ? 1 : 0);
            if (!leaf) {
                nodes.add(node.left());
                nodes.add(node.right());
            }
        }
        json.putArray("categories");
        json.putObject("tree_param").put("size_leaf_vector", "0");
        return json;
    }

    /** A gbtree model; {@code groups[i]} is the output that tree i adds to. */
    static ObjectNode model(String objective, String base, int features, int outputs, List<Node> trees, int... groups) {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("version").add(2).add(1).add(0);
        ObjectNode learner = root.putObject("learner");
        learner.putObject("objective").put("name", objective);
        boolean classes = objective.startsWith("multi:");
        learner.putObject("learner_model_param")
                .put("base_score", base)
                .put("num_class", classes ? Integer.toString(outputs) : "0")
                .put("num_feature", Integer.toString(features))
                .put("num_target", classes ? "1" : Integer.toString(outputs));
        ObjectNode booster = learner.putObject("gradient_booster").put("name", "gbtree");
        ObjectNode model = booster.putObject("model");
        ArrayNode list = model.putArray("trees");
        ArrayNode info = model.putArray("tree_info");
        for (int i = 0; i < trees.size(); i++) {
            list.add(tree(trees.get(i)));
            info.add(groups.length == 0 ? 0 : groups[i]);
        }
        return root;
    }

    static ObjectNode parameters(ObjectNode model) {
        return (ObjectNode) model.at("/learner/learner_model_param");
    }

    static ObjectNode booster(ObjectNode model) {
        return (ObjectNode) model.at("/learner/gradient_booster");
    }

    static byte[] json(JsonNode model) {
        return model.toString().getBytes(StandardCharsets.UTF_8);
    }

    static XgboostModel read(JsonNode model) {
        return XgboostReader.read(json(model));
    }

    /** The same document with the keys of every object in another order. */
    static JsonNode shuffled(JsonNode node, Random random) {
        if (node.isArray()) {
            ArrayNode copy = JSON.createArrayNode();
            node.forEach(element -> copy.add(shuffled(element, random)));
            return copy;
        }
        if (!node.isObject()) {
            return node;
        }
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        Collections.shuffle(names, random);
        ObjectNode copy = JSON.createObjectNode();
        names.forEach(name -> copy.set(name, shuffled(node.get(name), random)));
        return copy;
    }

    /** UBJSON as XGBoost writes it: keys and lengths as 64-bit numbers, arrays of numbers typed and counted. */
    static byte[] ubjson(JsonNode node) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(node, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(JsonNode node, DataOutputStream out) throws IOException {
        if (node.isObject()) {
            out.writeByte('{');
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                text(field.getKey(), out);
                write(field.getValue(), out);
            }
            out.writeByte('}');
        } else if (node.isArray() && !node.isEmpty() && node.get(0).isFloat()) {
            out.writeBytes("[$d#L");
            out.writeLong(node.size());
            for (JsonNode element : node) {
                out.writeFloat(element.floatValue());
            }
        } else if (node.isArray()) {
            out.writeByte('[');
            for (JsonNode element : node) {
                write(element, out);
            }
            out.writeByte(']');
        } else if (node.isTextual()) {
            out.writeByte('S');
            text(node.textValue(), out);
        } else if (node.isFloatingPointNumber()) {
            out.writeByte('d');
            out.writeFloat(node.floatValue());
        } else {
            out.writeByte('l');
            out.writeInt(node.intValue());
        }
    }

    private static void text(String text, DataOutputStream out) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeByte('L');
        out.writeLong(utf8.length);
        out.write(utf8);
    }

    /** What ONNX Runtime answers to rows, by output name. */
    static float[][] run(Path file, String output, float[]... rows) throws OrtException {
        byte[] onnx = OnnxWriter.toBytes(new XgboostImporter().read(file).graph());
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                OrtSession session = environment.createSession(onnx, options);
                OnnxTensor tensor = OnnxTensor.createTensor(environment, rows);
                OrtSession.Result result = session.run(Map.of("input", tensor))) {
            return (float[][]) result.get(output).orElseThrow().getValue();
        }
    }
}
