package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.add;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What registries that share a database see of each other's evidence. */
abstract class SharedEvidenceContract {
    private static final EvidenceKey KEY = new EvidenceKey("m", "default", "canary", 5, "m@2 beside m@1");

    /** A further registry of the one database of a test. */
    abstract EdgeModelRegistry open();

    private static List<String> states(SharedEvidence evidence, EvidenceKey key) {
        return evidence.parts(key).stream()
                .map(part -> part.node() + " " + part.revision() + " " + part.state())
                .toList();
    }

    @Test
    void eachHasAPartOfItsOwnThatOutlivesIt() {
        try (EdgeModelRegistry one = open()) {
            assertThat(one.evidence().put(KEY, "a", 0, "1")).isEqualTo(1);
            assertThat(one.evidence().put(KEY, "a", 1, "2")).isEqualTo(2);
            try (EdgeModelRegistry two = open()) {
                assertThat(two.evidence().put(KEY, "b", 0, "7")).isEqualTo(1);
                assertThat(states(one.evidence(), KEY)).containsExactly("a 2 2", "b 1 7");
            }
        }
        try (EdgeModelRegistry again = open()) {
            assertThat(states(again.evidence(), KEY)).containsExactly("a 2 2", "b 1 7");
            assertThat(again.evidence().put(KEY, "a", 2, "3")).as("goes on").isEqualTo(3);
            again.evidence().forget(KEY);
            assertThat(again.evidence().parts(KEY)).isEmpty();
        }
    }

    @Test
    void ofTwoUnderOneNameTheSecondIsRefusedAndNothingIsLost() {
        try (EdgeModelRegistry one = open();
                EdgeModelRegistry two = open()) {
            one.evidence().put(KEY, "a", 0, "1");
            assertThatThrownBy(() -> two.evidence().put(KEY, "a", 0, "other"))
                    .isInstanceOf(LifecycleException.class)
                    .hasMessageContaining("Maybe two processes");
            one.evidence().put(KEY, "a", 1, "2");
            assertThatThrownBy(() -> two.evidence().put(KEY, "a", 1, "other")).isInstanceOf(LifecycleException.class);
            one.evidence().forget(KEY);
            assertThatThrownBy(() -> one.evidence().put(KEY, "a", 2, "3"))
                    .as("what was forgotten does not come back")
                    .isInstanceOf(LifecycleException.class);
            assertThat(one.evidence().put(KEY, "a", 0, "4")).isEqualTo(1);
            assertThat(two.evidence().put(KEY, "a", 0, "4"))
                    .as("the same change told twice, as after a lost answer")
                    .isEqualTo(1);
        }
    }

    @Test
    void theLatestRunIsTheHighestAndEarlierOnesCanBeForgotten() {
        EvidenceKey later = new EvidenceKey("m", "default", "canary", 9, "m@3 beside m@1");
        EvidenceKey lab = new EvidenceKey("m", "lab", "canary", 5, "m@2 beside m@1");
        try (EdgeModelRegistry one = open()) {
            assertThat(one.evidence().latest("m", "default", "canary")).isEmpty();
            one.evidence().put(later, "a", 0, "late");
            one.evidence().put(KEY, "a", 0, "early");
            one.evidence().put(lab, "a", 0, "lab");
            assertThat(one.evidence().latest("m", "default", "canary"))
                    .extracting(EvidencePart::state)
                    .containsExactly("late");
            one.evidence().forgetBefore(later);
            assertThat(one.evidence().parts(KEY)).isEmpty();
            assertThat(states(one.evidence(), lab)).containsExactly("a 1 lab");
            assertThat(states(one.evidence(), later)).containsExactly("a 1 late");
        }
    }

    @Test
    void aRunBeginsWithTheEntryThatBroughtTheStageAndNotWithAnotherShare() {
        try (EdgeModelRegistry one = open()) {
            VersionRef first = add(one, "m", 1).ref();
            VersionRef second = add(one, "m", 2).ref();
            one.promote(first, "go");
            one.lifecycle().validate(second);
            assertThat(one.evidence().began(second, "default", Stage.CANARY)).isZero();
            one.lifecycle().canary(second, 5, "few");
            long began = one.evidence().began(second, "default", Stage.CANARY);
            assertThat(began)
                    .isEqualTo(one.audit("m").get(one.audit("m").size() - 1).sequence());
            one.lifecycle().canary(second, 50, "more");
            assertThat(one.evidence().began(second, "default", Stage.CANARY)).isEqualTo(began);
            one.lifecycle().rollbackCanary(second, "bad");
            one.lifecycle().validate(add(one, "m", 3).ref());
            one.lifecycle().canary(VersionRef.of("m", 3), 5, "another");
            assertThat(one.evidence().began(VersionRef.of("m", 3), "default", Stage.CANARY))
                    .isGreaterThan(began);
        }
    }

    @Test
    void manyWriteAtOnceAndEveryWordStays() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try (EdgeModelRegistry one = open();
                EdgeModelRegistry two = open()) {
            List<Callable<Long>> nodes = new ArrayList<>();
            for (int node = 0; node < 4; node++) {
                SharedEvidence evidence = (node % 2 == 0 ? one : two).evidence();
                String name = "node" + node;
                nodes.add(() -> {
                    long revision = 0;
                    for (int i = 1; i <= 25; i++) {
                        revision = evidence.put(KEY, name, revision, Integer.toString(i));
                    }
                    return revision;
                });
            }
            for (Future<Long> node : pool.invokeAll(nodes)) {
                assertThat(node.get()).isEqualTo(25);
            }
            assertThat(states(one.evidence(), KEY))
                    .containsExactly("node0 25 25", "node1 25 25", "node2 25 25", "node3 25 25");
        } finally {
            pool.shutdownNow();
        }
    }
}
