package io.edgeai.placement.online;

import static io.edgeai.placement.online.OnlineTasks.node;
import static io.edgeai.placement.online.OnlineTasks.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnlinePlacerTest {
    @Test
    void aShareGoesWhereAShareIsLeftSoThatWholeOnesStayWhole() {
        List<GpuNode> nodes = List.of(node("a", "T4", 32, 2), node("b", "T4", 32, 2));
        TaskMix mix = TaskMix.of(List.of(task(1, 1, 1000), task(1, 1, 400)), nodes);
        OnlinePlacer placer = OnlinePlacer.gradient(nodes, mix);
        GpuPlacement first = placer.place(task(1, 1, 400)).orElseThrow();
        GpuPlacement second = placer.place(task(1, 1, 400)).orElseThrow();
        assertThat(second.node()).isEqualTo(first.node());
        assertThat(second.gpus()).isEqualTo(first.gpus());
        assertThat(List.of(1, 2, 3))
                .allSatisfy(whole -> assertThat(placer.place(task(1, 1, 1000))).isPresent());
    }

    @Test
    void aScarceModelIsLeftToThoseWhoNeedIt() {
        List<GpuNode> nodes = List.of(node("a", "V100", 32, 2), node("b", "T4", 32, 2));
        TaskMix mix = TaskMix.of(List.of(task(1, 1, 1000, "V100"), task(1, 1, 1000)), nodes);
        OnlinePlacer placer = OnlinePlacer.gradient(nodes, mix);
        assertThat(placer.decide(task(1, 1, 1000))).isEqualTo(1);
        assertThat(placer.decide(task(1, 1, 1000, "V100"))).isZero();
    }

    @Test
    void processorsOnlyAreTakenWhereTheyStrandNoAccelerator() {
        List<GpuNode> nodes = List.of(node("a", "T4", 16, 2), node("b", "T4", 64, 2));
        TaskMix mix = TaskMix.of(List.of(task(8, 1, 1000), task(8, 0, 0)), nodes);
        assertThat(OnlinePlacer.gradient(nodes, mix).decide(task(8, 0, 0))).isEqualTo(1);
    }

    @Test
    void whatIsReleasedCanBeUsedAgainAndOnlyOnce() {
        List<GpuNode> nodes = List.of(node("a", "T4", 4, 1));
        OnlinePlacer placer = OnlinePlacer.bestFit(nodes);
        GpuPlacement placed = placer.place(task(2, 1, 1000)).orElseThrow();
        assertThat(placer.place(task(2, 1, 1000))).isEmpty();
        placer.release(placed);
        assertThatThrownBy(() -> placer.release(placed))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(task)")
                .hasMessageContaining("(a)");
        assertThat(placer.place(task(2, 1, 1000))).isPresent();
    }

    @Test
    void aGangLargerThanAnyNodeAndNodesOfNothingAreNoPlace() {
        List<GpuNode> nodes = List.of(node("none", "", 0, 0), node("a", "T4", 4, 2));
        TaskMix mix = TaskMix.of(List.of(), nodes);
        OnlinePlacer placer = OnlinePlacer.gradient(nodes, mix);
        assertThat(placer.place(task(1, 3, 1000))).isEmpty();
        assertThat(placer.place(task(5, 0, 0))).isEmpty();
        assertThat(placer.place(task(1, 1, 1000, "A10"))).isEmpty();
        assertThat(placer.decide(task(0, 0, 0))).isNotNegative();
        assertThat(OnlinePlacer.bestFit(List.of()).place(task(0, 0, 0))).isEmpty();
    }

    @Test
    void sharesOutOfRangeAreRefused() {
        assertThatThrownBy(() -> task(1, 1, 1001)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> task(1, 1, 0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> task(1, 0, 5)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new GpuTask("t", -1, 0, 0, 0, Set.of())).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> node("n", "T4", 4, 65)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void filesThatAreNoTraceAreNamed(@TempDir Path folder) throws Exception {
        assertThatThrownBy(() -> OpenbTrace.read(folder, "default"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("openb_node_list_gpu_node.csv");
        Files.writeString(
                folder.resolve("openb_node_list_gpu_node.csv"), "sn,cpu_milli,memory_mib,gpu,model\nn,x,1,1,T4");
        assertThatThrownBy(() -> OpenbTrace.read(folder, "default"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("line (2), column (cpu_milli): (x)");
    }
}
