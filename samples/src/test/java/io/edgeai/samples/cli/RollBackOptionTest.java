package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.edgeai.EdgeAI;
import io.edgeai.core.event.ActionAdvised;
import io.edgeai.core.event.AdviceFollowed;
import io.edgeai.core.model.AdvisedAction;
import io.edgeai.core.model.ReactionOutcome;
import io.edgeai.core.model.VersionRef;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class RollBackOptionTest {
    @TempDir
    Path dir;

    @Command
    private static final class Line {
        @Mixin
        private final RollBackOption rollBack = new RollBackOption();
    }

    /** What was done about an advice to roll the second of two versions back, and which one answers then. */
    private record Outcome(List<ReactionOutcome> outcomes, int active) {}

    private Outcome after(boolean heard, String... words) {
        Line line = new Line();
        var unused =
                new CommandLine(line).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(words);
        EdgeAI.Builder builder = EdgeAI.builder().home(dir.resolve(words.length == 0 ? "none" : words[1]));
        line.rollBack.set(builder);
        List<AdviceFollowed> followed = new CopyOnWriteArrayList<>();
        try (EdgeAI edge = builder.build()) {
            for (int version = 1; version <= 2; version++) {
                Path model = Graphs.write(Graphs.affine(), dir.resolve("m.onnx"));
                VersionRef ref = edge.registry().register("m", model).ref();
                edge.registry().promote(ref, "test");
            }
            edge.events().subscribe(AdviceFollowed.class, followed::add);
            edge.events()
                    .publish(new ActionAdvised(
                            VersionRef.of("m", 2),
                            AdvisedAction.ROLL_BACK,
                            "fewer errors",
                            "9 % failed.",
                            Instant.EPOCH));
            if (heard) {
                await().until(() -> !followed.isEmpty());
            }
            return new Outcome(
                    followed.stream().map(AdviceFollowed::outcome).toList(),
                    edge.registry().active("m").ref().number());
        }
    }

    @Test
    void whatIsAdvisedIsDone() {
        assertThat(after(true, "--roll-back", "advised")).isEqualTo(new Outcome(List.of(ReactionOutcome.DONE), 1));
    }

    @Test
    void whatIsNotedIsNotDone() {
        assertThat(after(true, "--roll-back", "noted")).isEqualTo(new Outcome(List.of(ReactionOutcome.WOULD), 2));
    }

    @Test
    void byDefaultNobodyListens() {
        assertThat(after(false)).isEqualTo(new Outcome(List.of(), 2));
    }

    @Test
    void whatIsNoTimeIsRefused() {
        Path model = Graphs.write(Graphs.affine(), dir.resolve("m.onnx"));
        Console refused = Console.run(
                "serve", "--home", dir.resolve("home"), "--model", "m=" + model, "--port", 0, "--roll-back", "always");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("--roll-back", "always");
    }
}
