package io.edgeai.core.registry;

import java.util.List;

/**
 * What recomputing the history found.
 *
 * @param entries how many there are
 * @param head hash of the last; 64 zeros where there is none
 * @param checkpoints how many signed checkpoints lie in the home
 * @param findings one sentence for each thing that is not as it was written
 */
public record ChainReport(long entries, String head, int checkpoints, List<String> findings) {
    public ChainReport {
        findings = List.copyOf(findings);
    }

    public boolean ok() {
        return findings.isEmpty();
    }
}
