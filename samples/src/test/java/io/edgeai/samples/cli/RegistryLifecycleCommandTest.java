package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryLifecycleCommandTest {
    @TempDir
    Path dir;

    @BeforeEach
    void twoVersions() {
        Path first = Graphs.write(Graphs.affine(), dir.resolve("first.onnx"));
        Path second = Graphs.write(Graphs.perceptron(), dir.resolve("second.onnx"));
        answer("digits@1", "register", "digits", first);
        answer("digits@2", "register", "digits", second, "--derived-from", "digits@1", "--how", "wider");
    }

    private Console registry(Object... words) {
        Object[] all = new Object[words.length + 3];
        all[0] = "registry";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--home";
        all[words.length + 2] = dir.resolve("home");
        return Console.run(all);
    }

    private void answer(String expected, Object... words) {
        Console console = registry(words);
        assertThat(console.out()).as(console.err()).isEqualTo(expected + "\n");
        assertThat(console.code()).isZero();
    }

    private void refused(String message, Object... words) {
        Console console = registry(words);
        assertThat(console.code()).isEqualTo(2);
        assertThat(console.err()).contains(message, "Maybe");
    }

    @Test
    void aVersionGoesThroughItsWholeLife() {
        answer("digits@1 is active", "promote", "digits@1", "--reason", "first");
        refused("(REGISTERED)", "stage", "digits@2");
        Console validated = registry("validate", "digits@2");
        assertThat(validated.out()).contains("format scan", "signature", "digits@2 is validated");
        answer("digits@2 is staged", "stage", "digits@2");
        answer("digits@2 is a shadow", "shadow", "digits@2");
        answer("digits@2 is the canary with 10 %", "canary", "digits@2", "--percent", "10");
        answer("digits@2 is rolled back", "canary", "digits@2", "--percent", "0");
        answer("digits@2 is active", "promote", "digits@2", "--actor", "ada");
        answer("digits@2 is degraded", "degrade", "digits@2", "--reason", "drift");
        answer("digits@1 is active again", "rollback", "digits");
        answer("digits@1 is frozen", "freeze", "digits");
        refused("frozen at (digits@1)", "promote", "digits@2");
        answer("digits@1 is not frozen any more", "thaw", "digits");
        answer("digits@2 is active", "promote", "digits@2", "--env", "lab");
        answer("digits@2 is quarantined", "quarantine", "digits@2", "--reason", "backdoor?");
        answer("digits@2 is registered", "release", "digits@2");
        answer("digits@2 is retired", "retire", "digits@2");
        answer("digits@2 is erased", "erase", "digits@2");
        refused("were erased", "show", "digits@2");
        assertThat(registry("audit", "--verify").out()).contains("all as written");
    }

    @Test
    void aModelIsTriedOutInAProcessOfItsOwn() throws Exception {
        Console console =
                registry("validate", "digits@1", "--first-load", "--memory", "1", "--seconds", "120", "--json");
        JsonNode answer = new ObjectMapper().readTree(console.out());
        assertThat(answer.path("gates").findValuesAsText("gate"))
                .as(console.out())
                .containsExactly("format scan", "signature", "graph size", "first load", "memory");
        assertThat(answer.path("gates").get(3).path("passed").asBoolean())
                .as(console.out())
                .isTrue();
        boolean told = Files.isDirectory(Path.of("/proc/self"));
        assertThat(console.code()).as("1 MB is too little for any process").isEqualTo(told ? 1 : 0);
        assertThat(answer.path("version").path("stage").asText()).isEqualTo(told ? "REJECTED" : "VALIDATED");
    }

    @Test
    void whatBatchesSaveIsMeasuredAndKeptWithTheVersion() throws Exception {
        Console console = registry("validate", "digits@1", "--batches", "--json");
        assertThat(console.code()).as(console.err()).isZero();
        String batching =
                new ObjectMapper().readTree(console.out()).path("batching").asText();
        assertThat(batching).matches("1:[0-9]+ 2:[0-9]+( [0-9]+:[0-9]+)*");
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(dir.resolve("home"))) {
            assertThat(registry.get("digits@1").tags()).containsValue(batching);
        }
    }

    /** Regression: batches were measured on the registry of the folder, wherever the bytes were. */
    @Test
    void batchesAreMeasuredWhereTheRegistryKeepsItsBytes() {
        Object blobs = dir.resolve("shared");
        Object model = Graphs.write(Graphs.affine(), dir.resolve("other.onnx"));
        assertThat(registry("register", "other", model, "--blobs", blobs).code())
                .isZero();
        Console console = registry("validate", "other@1", "--batches", "--blobs", blobs);
        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out()).contains("batches: ns for each sample");
    }

    @Test
    void theAuditAnswersForAnyMoment() throws Exception {
        answer("digits@1 is active", "promote", "digits@1");
        Instant between;
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(dir.resolve("home"))) {
            between = registry.audit("digits").get(4).at();
        }
        answer("digits@2 is active", "promote", "digits@2");
        answer("digits@1", "audit", "--at", between, "digits");
        answer("digits@2", "audit", "--at", "2100-01-01T00:00:00Z", "digits");
        answer("none", "audit", "--at", "2020-01-01T00:00:00Z", "digits");
        answer("none", "audit", "--at", "2100-01-01T00:00:00Z", "--env", "lab", "digits");
        JsonNode json = new ObjectMapper()
                .readTree(registry("audit", "--at", between, "digits", "--json").out());
        assertThat(json.path("active").asText()).isEqualTo("digits@1");
        refused("(noon)", "audit", "--at", "noon", "digits");
        refused("No model was named", "audit");
    }

    @Test
    void keysSignVersionsAndTheHistory() throws Exception {
        Path pem = dir.resolve("key.pem");
        Path pub = dir.resolve("key.pub.pem");
        assertThat(Console.run("registry", "key", dir.resolve("key")).code()).isZero();
        assertThat(registry("validate", "digits@1", "--signed-by", pub).code()).isEqualTo(1);
        assertThat(registry("sign", "digits@1", "--key", pem, "--public", pub).code())
                .isZero();
        assertThat(registry("validate", "digits@1", "--signed-by", pub).code()).isZero();
        assertThat(registry("checkpoint", "--key", pem, "--public", pub).code()).isZero();
        Console verified = registry("audit", "--verify", "--trusted", pub);
        assertThat(verified.out()).contains("1 checkpoints, all as written");
        Path export = dir.resolve("audit.json");
        assertThat(registry("audit", "--export", export).code()).isZero();
        JsonNode json = new ObjectMapper().readTree(export.toFile());
        assertThat(json.path("entries")).hasSize(7);
        assertThat(json.path("checkpoints")).hasSize(1);
    }

    @Test
    void versionsAreNamedFoundAndCompared() throws Exception {
        answer("best is digits@2", "alias", "best", "digits@2");
        answer("digits@2 {site=north}", "tag", "digits@2", "site=north");
        answer("noted for digits@2", "note", "digits@2", "measured on the old cameras");
        assertThat(registry("show", "digits@best").out()).contains("digits@2");
        JsonNode found = new ObjectMapper()
                .readTree(registry("search", "tag:site=north", "derived:wider", "--json")
                        .out());
        assertThat(found.findValuesAsText("ref")).containsExactly("digits@2");
        assertThat(registry("search", "digits", "size>1").out()).contains("digits@1", "digits@2");
        assertThat(registry("lineage", "digits@2").out())
                .isEqualTo("digits@1 (REGISTERED)\n  digits@2 (REGISTERED) wider\n");
        Console compared = registry("compare", "digits@1", "digits@best");
        assertThat(compared.code()).isEqualTo(1);
        assertThat(compared.out()).contains("tag site", "north", "derivation");
        assertThat(registry("card", "digits@2").out())
                .startsWith("# digits@2\n")
                .contains("measured on the old cameras");
        Path page = dir.resolve("card.html");
        assertThat(registry("card", "digits@2", "-o", page).code()).isZero();
        assertThat(Files.readString(page)).startsWith("<!DOCTYPE html>");
        answer("best points nowhere", "alias", "best", "digits", "--remove");
        refused("No tag was given", "tag", "digits@2");
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(dir.resolve("home"))) {
            assertThat(registry.get(VersionRef.of("digits", 2)).tags()).containsEntry("site", "north");
        }
    }
}
