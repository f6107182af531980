package io.edgeai.placement;

import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;

/** Plain sites and workloads that tests change where it matters. */
final class Samples {
    private Samples() {}

    /** 4 cores, 4 GB, 10 giga-MAC/s a core. */
    static Site.Builder site(String id) {
        return Site.builder(id).cpuCores(4).memoryBytes(4_000_000_000L);
    }

    /** 500 MB, 10 ms a core of {@link #site}. */
    static Variant variant(String name) {
        return Variant.builder(name)
                .sizeBytes(100_000_000)
                .memoryBytes(500_000_000)
                .macs(1e8)
                .build();
    }

    static Workload workload(String name) {
        return Workload.of(name, variant("v1"));
    }
}
