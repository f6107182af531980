package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.model.Tensor;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import io.edgeai.samples.data.NpzFile;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of versions, kept in the registry or for once: y = 2x + 1, and its child. */
class RegistryPolicyCommandTest {
    @TempDir
    Path dir;

    @BeforeEach
    void twoVersions() {
        Path model = Graphs.write(Graphs.affine(), dir.resolve("affine.onnx"));
        registry("register", "line", model);
        registry("register", "line", model, "--derived-from", "line@1", "--how", "copied");
        assertThat(registry("validate", "line@2").code()).isZero();
    }

    private Console registry(Object... words) {
        Object[] all = new Object[words.length + 3];
        all[0] = "registry";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--home";
        all[words.length + 2] = dir.resolve("home");
        return Console.run(all);
    }

    private Path arrays(String name, String array, float... values) {
        Path file = dir.resolve(name);
        NpzFile.write(Map.of(array, Tensor.of(values, 1, 3)), file);
        return file;
    }

    @Test
    void onlyWhatIsSignedIsPromotedOnceThatIsAsked() throws Exception {
        Console.run("registry", "key", dir.resolve("ops"));
        assertThat(registry("policy", "show", "line").out()).isEqualTo("nothing is asked of line\n");
        Console set = registry(
                "policy",
                "set",
                "line",
                "--signed-by",
                dir.resolve("ops.pub.pem"),
                "--actor",
                "ada",
                "--reason",
                "law");
        assertThat(set.out()).as(set.err()).startsWith("asked of line: signed by [ed25519:");
        Console refused = registry("promote", "line@2");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("no signature by any of", "(ada)", "Maybe sign");
        registry("sign", "line@2", "--key", dir.resolve("ops.pem"), "--public", dir.resolve("ops.pub.pem"));
        Console promoted = registry("promote", "line@2");
        assertThat(promoted.out()).as(promoted.err()).isEqualTo("line@2 is active\n");

        assertThat(registry("policy", "show", "line").out()).contains("every", "signed by", "ada", "law");
        JsonNode shown = new ObjectMapper()
                .readTree(registry("policy", "show", "line", "--json").out());
        assertThat(shown.get(0).get("actor").textValue()).isEqualTo("ada");
        assertThat(shown.get(0).get("signedBy")).hasSize(1);
        assertThat(registry("policy", "set", "line", "--none").out()).isEqualTo("asked of line: nothing\n");
        assertThat(registry("policy", "show", "line").out()).isEqualTo("nothing is asked of line\n");
        assertThat(registry("audit", "--verify").out()).contains("all as written");
    }

    @Test
    void anEnvironmentMayAskForMore() {
        registry("policy", "set", "line", "--env", "plant", "--nodes", "1");
        assertThat(registry("promote", "line@2").code()).isZero();
        assertThat(registry("promote", "line@2", "--env", "plant").err())
                .contains("environment (plant)", "more than (1) nodes");
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThat(Console.run("registry", "policy").err()).contains("No policy command", "Maybe");
        assertThat(registry("policy", "set", "line").err()).contains("Nothing was asked for", "Maybe");
        assertThat(registry("policy", "set", "line", "--none", "--memory", "3").err())
                .contains("Maybe leave one");
        assertThat(registry("policy", "set", "none", "--memory", "3").err()).contains("(none) has no version yet");
        assertThat(registry("validate", "line@1", "--fidelity", "0.1").err()).contains("--sample");
        assertThat(registry("validate", "line@1", "--golden", "x").code()).isEqualTo(2);
    }

    /** 2 · (0, 1, 2) + 1 = (1, 3, 5). */
    @Test
    void goldenSamplesAndTheParentAreHeldAgainst() throws Exception {
        Path in = arrays("in.npz", "x", 0, 1, 2);
        Path right = arrays("right.npz", "y", 1, 3, 5);
        Path wrong = arrays("wrong.npz", "y", 1, 3, 5.5f);
        Console good = registry(
                "validate",
                "line@2",
                "--golden",
                in + "=" + right,
                "--fidelity",
                "0",
                "--sample",
                in,
                "--seconds",
                "120",
                "--json");
        assertThat(good.code()).as(good.err() + good.out()).isZero();
        assertThat(new ObjectMapper().readTree(good.out()).path("gates").findValuesAsText("gate"))
                .containsExactly("format scan", "signature", "graph size", "golden samples", "fidelity");
        Console bad = registry("validate", "line@2", "--golden", in + "=" + wrong, "--seconds", "120");
        assertThat(bad.code()).isEqualTo(1);
        assertThat(bad.out()).contains("A wrong answer", "(0.0909)", "line@2 is rejected"); // |5 - 5.5| / 5.5
    }
}
