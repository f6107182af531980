package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DegradedStatusTest {
    @TempDir
    Path dir;

    private Console registry(Object... words) {
        Object[] all = new Object[words.length + 3];
        all[0] = "registry";
        System.arraycopy(words, 0, all, 1, words.length);
        all[all.length - 2] = "--home";
        all[all.length - 1] = dir.resolve("home");
        return Console.run(all);
    }

    private JsonNode status() {
        return Answers.json(registry("status", "m", "--json"), 0).get(0);
    }

    @Test
    void statusSaysSinceWhenAndWhy() {
        Path model = Graphs.write(Graphs.affine(), dir.resolve("m.onnx"));
        assertThat(registry("register", "m", model).code()).isZero();
        assertThat(registry("promote", "m@1").code()).isZero();
        assertThat(status().get("degraded").isNull()).isTrue();
        assertThat(registry("degrade", "m@1", "--reason", "health 40 of 100: errors rose")
                        .code())
                .isZero();
        assertThat(status().get("active").textValue()).isEqualTo("m@1");
        assertThat(status().get("degraded").textValue()).matches("20.*Z: health 40 of 100: errors rose");
        assertThat(registry("status").out())
                .containsPattern("m: m@1 answers\n  degraded since 20.*Z: health 40 of 100: errors rose\n");
        assertThat(registry("recover", "m@1").code()).isZero();
        assertThat(registry("status").out()).doesNotContain("degraded");
    }

    @Test
    void whatIsNoAliasIsRefused() {
        Path model = Graphs.write(Graphs.affine(), dir.resolve("m.onnx"));
        Console refused = Console.run(
                "serve", "--home", dir.resolve("home"), "--model", "m=" + model, "--port", 0, "--alias", "m");
        Answers.refused(refused, "(m) has no alias. Maybe m:best");
    }

    @Test
    void whatIsNoLevelIsRefused() {
        Path model = Graphs.write(Graphs.affine(), dir.resolve("m.onnx"));
        Console refused = Console.run(
                "serve", "--home", dir.resolve("home"), "--model", "m=" + model, "--port", 0, "--degrade", "sick");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("--degrade", "sick");
    }
}
