package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.samples.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GapPlacementTest {
    @TempDir
    Path dir;

    /** Two agents with room for two and one of three items of weight 2; the cheapest way is 1 + 2 + 4. */
    private Path file(String capacities) throws Exception {
        return Files.writeString(dir.resolve("gap.txt"), "2 3  1 5 4  3 2 9  2 2 2  2 2 2  " + capacities);
    }

    @Test
    void theAssignmentIsPrintedAndWritten() throws Exception {
        Path plan = dir.resolve("plan.json");
        JsonNode printed =
                Answers.json(Console.run("place", "--gap", file("4 2"), "--threads", 2, "-o", plan, "--json"), 0);

        assertThat(printed.get("assignment").toString()).isEqualTo("[0,1,0]");
        assertThat(printed.get("objective").doubleValue()).isEqualTo(7);
        assertThat(printed.get("bound").doubleValue()).isEqualTo(7);
        assertThat(printed.get("status").textValue()).isEqualTo("OPTIMAL");
        assertThat(Answers.parse(Files.readString(plan))).isEqualTo(printed);
        assertThat(Console.run("place", "--gap", file("4 2")).out()).contains("optimal: 3 items on 2 agents");
    }

    @Test
    void whatCannotBeAssignedIsAFinding() throws Exception {
        JsonNode answer = Answers.json(Console.run("place", "--gap", file("2 2"), "--json"), 1);

        assertThat(answer.get("status").textValue()).isEqualTo("INFEASIBLE");
        assertThat(answer.get("assignment")).isEmpty();
        assertThat(answer.get("objective").isNull()).isTrue();
    }

    @Test
    void whatIsNoSuchFileIsRefused() throws Exception {
        Answers.refused(Console.run("place", "--gap", file("4")), "gap.txt", "ends before a capacity");
        Answers.refused(Console.run("place", "--gap", file("4 2"), "--budget", "3"), "--budget (3)");
        Answers.refused(Console.run("place", "--gap", file("4 2"), "--threads", "0"), "Threads (0)");
    }
}
