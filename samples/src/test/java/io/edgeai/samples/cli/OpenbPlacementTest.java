package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.samples.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenbPlacementTest {
    @TempDir
    Path dir;

    /** Ten accelerators and five tasks of one each: load comes in steps of ten per cent, and everything fits. */
    @BeforeEach
    void trace() throws Exception {
        StringBuilder nodes = new StringBuilder("sn,cpu_milli,memory_mib,gpu,model\n");
        StringBuilder pods = new StringBuilder("name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\n");
        for (int i = 0; i < 5; i++) {
            nodes.append("node-").append(i).append(",16000,65536,2,T4\n");
            pods.append("pod-").append(i).append(",4000,1024,1,1000,T4|A10\n");
        }
        Files.writeString(dir.resolve("openb_node_list_gpu_node.csv"), nodes);
        Files.writeString(dir.resolve("openb_pod_list_small.csv"), pods);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gradient", "best-fit", "random"})
    void allocationFollowsTheArrivedLoadUntilAllIsTaken(String policy) {
        JsonNode answer = Answers.json(
                Console.run("place", "--openb", dir, "--workload", "small", "--policy", policy, "--json"), 0);

        assertThat(answer.get("arrived").intValue()).isEqualTo(13);
        assertThat(answer.get("placed").intValue()).isEqualTo(10);
        assertThat(answer.get("allocatedPercent").get("80").doubleValue()).isEqualTo(80);
        assertThat(answer.get("allocatedPercent").get("100").doubleValue()).isEqualTo(100);
        assertThat(answer.get("allocatedPercent").get("130").doubleValue()).isEqualTo(100);
    }

    @Test
    void thePageSaysWhatIsIdle() {
        assertThat(Console.run("place", "--openb", dir, "--workload", "small").out())
                .contains("arrived load", "10 of 13 tasks placed, 0.00 % of accelerators idle");
    }

    @Test
    void unknownNamesAreRefused() {
        Answers.refused(Console.run("place", "--openb", dir, "--workload", "none"), "openb_pod_list_none.csv");
        Answers.refused(Console.run("place", "--openb", dir, "--workload", "small", "--policy", "x"), "Policy (x)");
    }
}
