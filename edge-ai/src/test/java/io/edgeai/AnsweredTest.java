package io.edgeai;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.answers.AnswerJournal;
import io.edgeai.core.answers.AnswerRole;
import io.edgeai.core.answers.AnswerSource;
import io.edgeai.core.answers.AnsweredRequest;
import io.edgeai.core.answers.JournalSettings;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.serving.Caller;
import io.edgeai.core.serving.ModelEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Version n answers n·x, so an answer itself says who gave it, and the journal must say the same. */
class AnsweredTest {
    private static final float[] ONES = {1, 1};

    @TempDir
    Path dir;

    private EdgeAI edge;
    private ModelVersion first;
    private ModelVersion second;
    private final Map<String, Integer> seen = new HashMap<>();

    @BeforeEach
    void open() {
        edge = EdgeAI.builder()
                .home(dir)
                .answers(JournalSettings.in(dir.resolve("answers")).node("hall-a"))
                .build();
        first = Fixtures.times(edge, "m", 1);
        second = Fixtures.times(edge, "m", 2);
        edge.registry().promote(first.ref(), "first release");
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private void ask(ModelEndpoint endpoint, String id) {
        float[] answer = endpoint.answer(Caller.request(id).unit(id), ONES).output();
        seen.put(id, Math.round(answer[0]));
    }

    private AnsweredRequest only(String id) {
        List<AnsweredRequest> answers = edge.answered(id).answers();
        assertThat(answers).as(id).hasSize(1);
        return answers.get(0);
    }

    /** Asks by a split and holds all that is kept against the answers themselves. */
    private void check(Consumer<Serving> serving, Map<Integer, AnswerRole> roles, Map<Integer, Double> shares) {
        try (ModelEndpoint endpoint = edge.serve("m", s -> serving.accept(s.noDeadline()))) {
            for (int i = 0; i < 100; i++) {
                ask(endpoint, "r" + i);
            }
        }
        assertThat(seen.values()).containsAll(roles.keySet());
        seen.forEach((id, number) -> {
            AnswerSource source = only(id).source();
            ModelVersion version = number == 1 ? first : second;
            assertThat(source.version()).as(id).isEqualTo(version.ref());
            assertThat(source.digest()).as(id).isEqualTo(version.digest());
            assertThat(source.role()).as(id).isEqualTo(roles.get(number));
            assertThat(source.share()).as(id).isEqualTo(shares.get(number));
        });
    }

    @Test
    void anExperimentHasAControlAndATreatment() {
        check(
                s -> s.split(first, 3).split(second, 1).experiment(),
                Map.of(1, AnswerRole.CONTROL, 2, AnswerRole.TREATMENT),
                Map.of(1, 0.75, 2, 0.25));
    }

    @Test
    void aSplitHasArms() {
        check(
                s -> s.split(first, 3).split(second, 1),
                Map.of(1, AnswerRole.ARM, 2, AnswerRole.ARM),
                Map.of(1, 0.75, 2, 0.25));
    }

    @Test
    void aBanditHasArms() {
        check(
                s -> s.split(first, 1).split(second, 1).bandit(0.02, 100),
                Map.of(1, AnswerRole.ARM, 2, AnswerRole.ARM),
                Map.of(1, 0.5, 2, 0.5));
    }

    @Test
    void aCanaryStandsBesideTheActiveVersion() {
        check(
                s -> s.canary(second, p -> p.steps(0.25)),
                Map.of(1, AnswerRole.ACTIVE, 2, AnswerRole.CANARY),
                Map.of(1, 0.75, 2, 0.25));
    }

    @Test
    void aRecordedCanaryDoesToo() {
        edge.registry().lifecycle().validate(second.ref());
        edge.registry().lifecycle().canary(second.ref(), 25, "a few");
        check(Serving::recorded, Map.of(1, AnswerRole.ACTIVE, 2, AnswerRole.CANARY), Map.of(1, 0.75, 2, 0.25));
    }

    @Test
    void aVersionThatWasNamedIsPinned() {
        check(s -> s.split(second, 1), Map.of(2, AnswerRole.PINNED), Map.of(2, 1.0));
    }

    @Test
    void whatIsKeptIsFoundWithoutAJournalAndByTheRegistryAlone() {
        check(s -> {}, Map.of(1, AnswerRole.ACTIVE), Map.of(1, 1.0));
        AnsweredRequest kept = only("r7");
        assertThat(kept.node()).isEqualTo("hall-a");
        assertThat(kept.source().environment()).isEqualTo("default");
        assertThat(edge.registry().history().answered("r7").answers()).containsExactly(kept);
        edge.close();
        edge = EdgeAI.builder().home(dir).build();
        assertThat(edge.answered("r7").answers()).containsExactly(kept);
        assertThat(edge.answers()).isEmpty();
        edge.registry().promote(second.ref(), "better");
        edge.registry().retire(first.ref(), "old");
        edge.registry().erase(first.ref(), "not ours to keep");
        assertThat(edge.answered("r7").answers())
                .as("bytes go, what they said stays")
                .containsExactly(kept);
    }

    @Test
    void aSplitByHandIsNotTheActiveVersion() {
        try (ModelEndpoint endpoint = edge.serve("m", Serving::noDeadline)) {
            ask(endpoint, "before");
            endpoint.split(TrafficSplit.all(second.ref()));
            ask(endpoint, "after");
        }
        assertThat(only("before").source().role()).isEqualTo(AnswerRole.ACTIVE);
        assertThat(only("after").source().role()).isEqualTo(AnswerRole.PINNED);
    }

    /** Versions are swapped while threads ask: each id's record names the version whose answer it got. */
    @Test
    void swapsUnderLoadAreToldRight() throws InterruptedException {
        AtomicBoolean end = new AtomicBoolean();
        AtomicInteger swaps = new AtomicInteger();
        int asked = 0;
        try (ModelEndpoint endpoint = edge.serve("m", Serving::noDeadline)) {
            Thread swapper = new Thread(() -> {
                for (int i = 0; !end.get(); i++) {
                    endpoint.split(
                            i % 3 == 0
                                    ? TrafficSplit.all(first.ref()).and(second.ref(), 1)
                                    : TrafficSplit.all(i % 3 == 1 ? first.ref() : second.ref()));
                    swaps.incrementAndGet();
                }
            });
            swapper.setDaemon(true);
            swapper.start();
            for (; asked < 2000 || !seen.values().containsAll(List.of(1, 2)); asked++) {
                if (asked % 100 == 0) { // however busy the machine is, versions are swapped between requests
                    int before = swaps.get();
                    patiently().pollDelay(Duration.ZERO).until(() -> swaps.get() > before);
                    assertThat(edge.answers().orElseThrow().flush()).isTrue();
                }
                ask(endpoint, "s" + asked);
            }
            end.set(true);
            swapper.join();
        }
        assertThat(edge.answers().orElseThrow().flush()).isTrue();
        assertThat(edge.answers().orElseThrow().dropped()).isZero();
        for (int i = 0; i < asked; i += 37) {
            assertThat(only("s" + i).source().version().number()).isEqualTo(seen.get("s" + i));
        }
    }

    @Test
    void nothingIsKeptUnlessAskedFor() throws Exception {
        edge.close();
        Path other = dir.resolve("other");
        try (EdgeAI plain = EdgeAI.builder().home(other).build()) {
            ModelVersion version = Fixtures.times(plain, "m", 1);
            plain.registry().promote(version.ref(), "first");
            try (ModelEndpoint endpoint = plain.serve("m", Serving::noDeadline)) {
                ask(endpoint, "r");
            }
            assertThat(plain.answered("r").answers()).isEmpty();
            assertThat(plain.answered("r").since()).isEmpty();
        }
        assertThat(Files.exists(other.resolve("answers"))).isFalse();
        edge = EdgeAI.builder().home(other).answers(dir.resolve("elsewhere")).build();
        try (ModelEndpoint endpoint = edge.serve("m", Serving::noDeadline)) {
            ask(endpoint, "r2");
        }
        assertThat(only("r2").source().version().number()).isEqualTo(1);
        assertThat(edge.registry().history().answered("r2").answers()).isEmpty();
        AnswerJournal journal = edge.answers().orElseThrow();
        patiently().until(() -> journal.kept() == 1);
    }
}
