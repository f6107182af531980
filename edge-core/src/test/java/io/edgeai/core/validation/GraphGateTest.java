package io.edgeai.core.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.runtime.TinyModels;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Graphs that engines are not trusted with never come to one. */
class GraphGateTest {
    @TempDir
    Path folder;

    @Test
    void aChainOfAHundredThousandNodesGetsNoRequests() {
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(folder)) {
            ModelVersion chain = registry.register("chain", TinyModels.chain(100_000), r -> {});
            assertThatThrownBy(() -> registry.promote(chain.ref(), "try"))
                    .isInstanceOf(LifecycleException.class)
                    .hasMessageContaining("graph size failed: The graph has more than (50000) nodes. Maybe");
            assertThat(registry.get(chain.ref()).stage()).isEqualTo(Stage.REJECTED);
            assertThat(registry.findActive("chain")).isEmpty();
            assertThat(registry.audit("chain")).last().satisfies(entry -> assertThat(entry.evidence())
                    .contains("{\"gate\":\"graph size\",\"passed\":false"));
        }
    }

    @Test
    void theLimitsAreExactAndCanBeSet() {
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(folder)) {
            ModelVersion longest = registry.register("chain", TinyModels.chain(10_000), r -> {});
            assertThat(registry.lifecycle().validate(longest.ref()).results())
                    .last()
                    .isEqualTo(GateResult.passed("graph size", "(10000) nodes, (10000) of them one after the other.")
                            .with("nodes", 10_000)
                            .with("longestChain", 10_000));
            ModelVersion longer = registry.register("chain", TinyModels.chain(10_001), r -> {});
            assertThat(registry.lifecycle().validate(longer.ref()).results())
                    .last()
                    .isEqualTo(GateResult.failed(
                                    "graph size",
                                    "The graph has (10001) nodes one after the other, allowed are (10000). Maybe export it"
                                            + " without unrolled loops, or allow more by GraphLimits.chain.")
                            .with("nodes", 10_001)
                            .with("longestChain", 10_001));
            GraphLimits more = GraphLimits.defaults().chain(10_001);
            assertThat(registry.lifecycle()
                            .validate(longer.ref(), ValidationGates.standard(more))
                            .passed())
                    .isTrue();
            assertThat(registry.lifecycle()
                            .validate(longest.ref(), List.of(ValidationGates.graph(more.nodes(9999))))
                            .summary())
                    .contains("more than (9999) nodes");
        }
    }

    @Test
    void limitsThatNothingMeetsAreRefused() {
        assertThatThrownBy(() -> GraphLimits.defaults().chain(0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("chain (0)")
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> GraphLimits.defaults().nodes(-1)).isInstanceOf(InvalidInputException.class);
    }
}
