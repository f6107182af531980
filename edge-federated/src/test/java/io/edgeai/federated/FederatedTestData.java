package io.edgeai.federated;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** MNIST and the FedProx synthetic sets, in {@code federated} under the system property {@code edgeai.testdata}. */
final class FederatedTestData {
    private FederatedTestData() {}

    static Path folder(String name) {
        Path folder = Path.of(System.getProperty("edgeai.testdata", "../shared/data"), "federated", name);
        Assumptions.assumeTrue(
                Files.isDirectory(folder), "skipped: no folder " + folder + "; set system property edgeai.testdata");
        return folder;
    }
}
