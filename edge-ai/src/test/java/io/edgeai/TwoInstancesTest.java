package io.edgeai;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.event.StageChanged;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.serving.ModelEndpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwoInstancesTest {
    @TempDir
    Path dir;

    private static float answer(ModelEndpoint endpoint) {
        return endpoint.predict(new float[] {1, 0})[0];
    }

    @Test
    void onTwoHomesTheyKnowNothingOfEachOther() {
        EdgeAI a = EdgeAI.builder().home(dir.resolve("a")).build();
        try (EdgeAI b = EdgeAI.builder().home(dir.resolve("b")).build()) {
            List<StageChanged> heard = new CopyOnWriteArrayList<>();
            b.events().subscribe(StageChanged.class, heard::add);
            a.registry().promote(Fixtures.times(a, "m", 5).ref(), "first");
            Fixtures.times(b, "m", 7);
            assertThat(answer(a.serve("m"))).isEqualTo(5);
            assertThat(b.registry().findActive("m")).isEmpty();
            assertThat(heard).isEmpty();
            a.close();
            assertThat(answer(b.serve("m", s -> s.split(b.registry().get("m@1"), 1))))
                    .isEqualTo(7);
        }
    }

    @Test
    void onOneHomePromotionsOfEitherAreFollowedByBoth() {
        try (EdgeAI a = EdgeAI.builder().home(dir).build();
                EdgeAI b = EdgeAI.builder().home(dir).build()) {
            ModelVersion one = Fixtures.times(a, "m", 1);
            ModelVersion two = Fixtures.times(b, "m", 2);
            assertThat(two.number()).isEqualTo(2);
            a.registry().promote(one.ref(), "by a");
            ModelEndpoint ofA = a.serve("m");
            patiently().until(() -> b.registry().findActive("m").isPresent());
            ModelEndpoint ofB = b.serve("m");

            b.registry().promote(two.ref(), "by b");
            assertThat(answer(ofB)).as("at once where it was made").isEqualTo(2);
            patiently().until(() -> answer(ofA) == 2);

            a.registry().rollback("m", "by a");
            assertThat(answer(ofA)).isEqualTo(1);
            patiently().until(() -> answer(ofB) == 1);
        }
    }

    /** What the command line does while a server runs. */
    @Test
    void aPromotionThroughABareRegistryIsFollowedToo() {
        try (EdgeAI edge = EdgeAI.builder().home(dir).build()) {
            ModelVersion one = Fixtures.times(edge, "m", 1);
            ModelVersion two = Fixtures.times(edge, "m", 2);
            edge.registry().promote(one.ref(), "first");
            ModelEndpoint endpoint = edge.serve("m");
            try (EdgeModelRegistry elsewhere = EdgeModelRegistry.open(dir)) {
                elsewhere.promote(two.ref(), "from elsewhere");
            }
            patiently().until(() -> answer(endpoint) == 2);
        }
    }

    @Test
    void closingOneLeavesTheOtherAnswering() {
        EdgeAI a = EdgeAI.builder().home(dir).build();
        try (EdgeAI b = EdgeAI.builder().home(dir).build()) {
            ModelVersion one = Fixtures.times(b, "m", 1);
            b.registry().promote(one.ref(), "first");
            ModelEndpoint endpoint = b.serve("m");
            a.close();
            assertThat(answer(endpoint)).isEqualTo(1);
            ModelVersion two = Fixtures.times(b, "m", 2);
            b.registry().promote(two.ref(), "second");
            assertThat(answer(endpoint)).isEqualTo(2);
        }
    }
}
