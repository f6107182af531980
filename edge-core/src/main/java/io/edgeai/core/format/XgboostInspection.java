package io.edgeai.core.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** An XGBoost model in its three forms: JSON, UBJSON, and the binary of old versions. */
final class XgboostInspection {
    private static final int PARAM_BYTES = 136;
    private static final int MODEL_BYTES = 160;
    private static final int TREE_BYTES = 148;
    private static final int NODE_BYTES = 20 + 16;
    private static final int LONGEST = 64;
    private static final int LONGEST_VALUE = 1000;

    private XgboostInspection() {}

    static void inspect(FileView file, Findings findings) {
        inspect(file, findings, null);
    }

    /** Also tells {@code indexes} how trees hang together, and gives what is wrong with them. */
    static String inspect(FileView file, Findings findings, @Nullable TreeIndexes indexes) {
        XgboostSummary summary = new XgboostSummary(findings, indexes);
        switch (findings.detected.variant()) {
            case "JSON" -> json(file, summary, findings);
            case "UBJSON" -> UbjsonWalk.of(file, summary, findings);
            default -> {
                binary(file, summary, findings, indexes);
                findings.warn("XGBoost 3.1 and later refuse this binary form. Maybe save it again as JSON with an older"
                        + " one.");
            }
        }
        summary.report();
        return summary.problem();
    }

    /** A stream, so that trees of any size pass through; only the two innermost keys matter. */
    private static void json(FileView file, XgboostSummary summary, Findings findings) {
        try (JsonParser json = JsonText.parser(file.stream(0))) {
            Deque<String> keys = new ArrayDeque<>();
            StringBuilder version = new StringBuilder();
            String key = "";
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                String parent = keys.isEmpty() ? "" : keys.peek();
                switch (token) {
                    case FIELD_NAME -> key = json.currentName();
                    case START_OBJECT -> {
                        keys.push(key);
                        key = "";
                    }
                    case END_OBJECT -> key = keys.isEmpty() ? "" : keys.pop();
                    case START_ARRAY -> {
                        if (!key.isEmpty()) {
                            array(json, parent, key, summary, version, keys);
                        }
                    }
                    case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                        if (!key.isEmpty()) {
                            summary.value(parent, key, JsonText.text(json, LONGEST_VALUE));
                        }
                    }
                    default -> {} // the rest says nothing that is reported
                }
            }
            findings.formatVersion(version.toString());
        } catch (IOException e) {
            throw new ModelFormatException(
                    "Model (" + file.path() + ") is JSON that is damaged or cut off (" + e.getMessage()
                            + "). Maybe fetch it again.",
                    e);
        }
    }

    /** Up to the end of an array of plain values, or to its first object, which the caller goes on with. */
    private static void array(
            JsonParser json,
            String parent,
            String key,
            XgboostSummary summary,
            StringBuilder version,
            Deque<String> keys)
            throws IOException {
        long numbers = 0;
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            if (token == null) {
                throw new IOException("an array without end");
            }
            if (token.isNumeric()) {
                numbers++;
                summary.element(key, token == JsonToken.VALUE_NUMBER_INT ? json.getLongValue() : Long.MIN_VALUE);
                if (key.equals("version") && parent.isEmpty() && version.length() < LONGEST) {
                    version.append(version.isEmpty() ? "" : ".").append(json.getText());
                }
            } else if (token == JsonToken.VALUE_STRING) {
                summary.item(parent, key, JsonText.text(json, LONGEST_VALUE));
            } else if (token == JsonToken.START_OBJECT) {
                keys.push(key);
                return;
            }
        }
        summary.numbers(parent, key, numbers);
    }

    /** Blocks of fixed size as learner.cc and gbtree_model.h of version 1 wrote them, older ones without the mark. */
    private static void binary(
            FileView file, XgboostSummary summary, Findings findings, @Nullable TreeIndexes indexes) {
        long at = file.latin(0, 4).equals("binf") ? 4 : 0;
        if (file.latin(0, 4).equals("bs64") || file.size() < at + PARAM_BYTES + 8) {
            return;
        }
        long major = file.littleEndian(at + 20, 4);
        if (major > 0 && major < 4) {
            findings.formatVersion(major + "." + file.littleEndian(at + 24, 4));
        }
        summary.size(file.littleEndian(at + 4, 4), file.littleEndian(at + 8, 4));
        findings.note("num_feature", Long.toString(file.littleEndian(at + 4, 4)));
        findings.note("num_class", Long.toString(file.littleEndian(at + 8, 4)));
        at += PARAM_BYTES;
        String objective = name(file, at);
        summary.objective(objective);
        at += 8 + objective.length();
        String booster = name(file, at);
        summary.booster(booster);
        at += 8 + booster.length();
        if (!booster.equals("gbtree") || at + MODEL_BYTES > file.size()) {
            return;
        }
        long trees = file.littleEndian(at, 4);
        at += MODEL_BYTES;
        for (long i = 0; i < trees && at + TREE_BYTES <= file.size(); i++) {
            long nodes = file.littleEndian(at + 4, 4);
            boolean leafVectors = file.littleEndian(at + 20, 4) != 0;
            at += TREE_BYTES;
            if (leafVectors || nodes > (file.size() - at) / NODE_BYTES) {
                findings.warn("Trees from number (" + i + ") on are not counted.");
                return;
            }
            summary.tree(nodes);
            if (indexes != null) {
                nodes(file, at, nodes, indexes);
            }
            at += nodes * NODE_BYTES;
        }
    }

    /** Parent with a mark in its highest bit, children, feature with another mark, value; four bytes each. */
    private static void nodes(FileView file, long at, long nodes, TreeIndexes indexes) {
        String[] keys = {"parents", "left_children", "right_children", "split_indices"};
        for (int k = 0; k < keys.length; k++) {
            for (long i = 0; i < nodes; i++) {
                int value = (int) file.littleEndian(at + 20 * i + 4L * k, 4);
                indexes.value(k == 0 || k == 3 ? value & 0x7fff_ffff : value);
            }
            indexes.end(keys[k]);
        }
        indexes.nodes(nodes);
    }

    private static String name(FileView file, long at) {
        if (at + 8 > file.size()) {
            return "";
        }
        long length = file.littleEndian(at, 8);
        return length < 0 || length > LONGEST || at + 8 + length > file.size() ? "" : file.latin(at + 8, (int) length);
    }
}
