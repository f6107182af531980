package io.edgeai.core.registry;

import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.util.ArrayList;
import java.util.List;

/** Questions about many versions at once, each answered from one state of the registry. Thread-safe. */
final class Inquiries {
    private final Memory memory;
    private final ModelHistories histories;

    Inquiries(Memory memory, ModelHistories histories) {
        this.memory = memory;
        this.histories = histories;
    }

    List<ModelVersion> versions(String model) {
        return live(memory.fresh(), model);
    }

    private static List<ModelVersion> live(Snapshot snapshot, String model) {
        return snapshot.entries(model).stream()
                .map(Entry::version)
                .filter(version -> version.stage() != Stage.ERASED)
                .toList();
    }

    List<ModelId> models() {
        Snapshot snapshot = memory.fresh();
        return snapshot.models().stream()
                .filter(model -> snapshot.damaged().containsKey(model)
                        || !live(snapshot, model).isEmpty())
                .map(ModelId::of)
                .toList();
    }

    List<ModelVersion> lineage(VersionRef ref) {
        return lineage(memory.fresh(), ref);
    }

    private static List<ModelVersion> lineage(Snapshot current, VersionRef ref) {
        List<ModelVersion> chain = new ArrayList<>();
        for (Entry next = current.require(ref); next != null; ) {
            chain.add(0, next.version());
            VersionRef parent = next.version().parent().orElse(null);
            next = parent == null ? null : current.require(parent);
        }
        return List.copyOf(chain);
    }

    List<ModelVersion> children(VersionRef ref) {
        Snapshot current = memory.fresh();
        current.require(ref);
        return current.all().stream()
                .map(Entry::version)
                .filter(version -> version.parent().filter(ref::equals).isPresent())
                .toList();
    }

    List<ModelVersion> search(VersionQuery query) {
        return memory.fresh().all().stream()
                .filter(query::matches)
                .map(Entry::version)
                .toList();
    }

    VersionComparison compare(VersionRef left, VersionRef right) {
        Snapshot current = memory.fresh();
        return VersionComparison.of(
                current.require(left).version(), current.require(right).version());
    }

    LineageGraph lineageGraph(VersionRef ref) {
        Snapshot current = memory.fresh();
        List<ModelVersion> all = current.all().stream().map(Entry::version).toList();
        return LineageGraph.of(ref, lineage(current, ref), all);
    }

    ModelCard card(VersionRef ref) {
        List<AuditEntry> audit = histories.of(ref.model().name()).stream()
                .filter(entry -> entry.ref().equals(ref))
                .toList();
        Snapshot current = memory.fresh();
        return new ModelCard(current.require(ref), lineage(current, ref), audit);
    }
}
