package io.edgeai.core.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.audit.Checkpoint;
import io.edgeai.core.model.Stage;

/** The history for an auditor, who can recompute every hash from it without this library. */
final class AuditExport {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HOW =
            "hash = SHA-256 over previous, sequence, at, actor, action, model, number, detail,"
                    + " environment, from, to, evidence, record; each as its length in UTF-8 bytes in decimal, a colon, the"
                    + " bytes and a line feed";

    private final History history;

    AuditExport(History history) {
        this.history = history;
    }

    String json() {
        ObjectNode root =
                JSON.createObjectNode().put("format", "edgeai-audit 1").put("hashing", HOW);
        ArrayNode entries = root.putArray("entries");
        history.forEach(entry -> entries.addObject()
                .put("sequence", entry.sequence())
                .put("at", entry.at().toString())
                .put("actor", entry.actor())
                .put("action", entry.action().name())
                .put("model", entry.ref().model().name())
                .put("number", entry.ref().number())
                .put("detail", entry.detail())
                .put("environment", entry.environment())
                .put("from", entry.from().map(Stage::name).orElse(""))
                .put("to", entry.to().map(Stage::name).orElse(""))
                .put("evidence", entry.evidence())
                .put("record", entry.record())
                .put("previous", entry.previous())
                .put("hash", entry.hash()));
        ArrayNode checkpoints = root.putArray("checkpoints");
        for (Checkpoint checkpoint : history.checkpoints()) {
            checkpoints
                    .addObject()
                    .put("sequence", checkpoint.sequence())
                    .put("hash", checkpoint.hash())
                    .put("at", checkpoint.at().toString())
                    .put("key", checkpoint.key())
                    .put("signature", checkpoint.signature());
        }
        return root.toPrettyString();
    }

    String text() {
        StringBuilder text = new StringBuilder();
        history.forEach(entry -> {
            text.append(entry.sequence())
                    .append("  ")
                    .append(entry.at())
                    .append("  ")
                    .append(entry.actor())
                    .append(": ")
                    .append(entry.ref())
                    .append(' ')
                    .append(entry.action());
            if (entry.to().isPresent()) {
                text.append(" (")
                        .append(entry.from().map(Stage::name).orElse("new"))
                        .append(" -> ")
                        .append(entry.to().get());
                text.append(entry.environment().isEmpty() ? ")" : " in " + entry.environment() + ")");
            }
            if (!entry.detail().isEmpty()) {
                text.append("\n      why: ").append(entry.detail().replace("\n", "\n           "));
            }
            if (!entry.evidence().isEmpty()) {
                text.append("\n      evidence: ").append(entry.evidence());
            }
            text.append("\n      hash: ").append(entry.hash()).append('\n');
        });
        history.checkpoints().forEach(checkpoint -> text.append("checkpoint at entry ")
                .append(checkpoint.sequence())
                .append(", signed ")
                .append(checkpoint.at())
                .append(checkpoint.genuine() ? "" : " (NOT GENUINE)")
                .append("\n      key: ")
                .append(checkpoint.key())
                .append('\n'));
        return text.toString();
    }
}
