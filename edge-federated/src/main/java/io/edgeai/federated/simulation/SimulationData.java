package io.edgeai.federated.simulation;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.data.DataShape;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.FsynFile;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.MnistFiles;
import io.edgeai.federated.data.Partitioner;
import io.edgeai.federated.data.Standardization;
import io.edgeai.federated.data.SyntheticData;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What participants hold, what is evaluated on, and how inputs were standardized.
 *
 * @param shape of all samples
 * @param parts of the training data; null where sites bring their own
 * @param test evaluation set, at least one sample; null where nobody but the sites has one
 * @param standardization applied to all of them, or null for none
 */
record SimulationData(
        DataShape shape,
        @Nullable FederatedDataset parts,
        @Nullable LabelledSet test,
        @Nullable Standardization standardization) {
    private static final int MANY = 1_000_000;
    private static final int MOST_FEATURES = 1_000_000;
    private static final int MOST_CLASSES = 100_000;

    private static SimulationData of(
            FederatedDataset parts, LabelledSet test, @Nullable Standardization standardization) {
        return new SimulationData(DataShape.of(parts.features(), parts.classes()), parts, test, standardization);
    }

    /** @throws InvalidInputException where the description names none, as sites bring their own */
    FederatedDataset participants() {
        if (parts == null) {
            throw new InvalidInputException("Data of type (sites) are at the sites, not in the description. Maybe run"
                    + " 'edgeai coordinator' here and 'edgeai participant --data FILE' at each site.");
        }
        return parts;
    }

    /** A set as it is in files, ready for the model. */
    LabelledSet prepared(LabelledSet raw, String whose) {
        shape.require(raw, whose);
        return standardization == null ? raw : standardization.apply(raw);
    }

    /** Checks the description now; reads or generates the data when the supplier is asked. */
    static Supplier<SimulationData> describe(Fields fields, Path base, long seed) {
        String type = fields.word("type", "synthetic", "mnist", "fsyn", "sites");
        Supplier<SimulationData> data =
                switch (type) {
                    case "mnist" -> mnist(fields, base, seed);
                    case "fsyn" -> fsyn(fields.path("file", base));
                    case "sites" -> sites(fields);
                    default -> synthetic(fields, seed);
                };
        fields.finish();
        return data;
    }

    private static Supplier<SimulationData> sites(Fields fields) {
        List<String> features = fields.names("features", 1, MOST_FEATURES);
        List<String> classes = fields.names("classes", 2, MOST_CLASSES);
        DataShape shape = new DataShape(
                features.isEmpty() ? fields.integer("features", 1, 1, MOST_FEATURES) : features.size(),
                features,
                classes.isEmpty() ? fields.integer("classes", 2, 2, MOST_CLASSES) : classes.size(),
                classes);
        Standardization scaling = null;
        if (fields.has("mean") || fields.has("deviation")) {
            double[] mean = fields.numbers("mean", shape.features());
            scaling = Standardization.of(mean, fields.numbers("deviation", shape.features()));
            if (mean.length != shape.features()) {
                throw new InvalidInputException("Field data.mean has (" + mean.length
                        + ") numbers, not one for each of " + shape.features() + " features.");
            }
        }
        SimulationData agreed = new SimulationData(shape, null, null, scaling);
        return () -> agreed;
    }

    private static Supplier<SimulationData> synthetic(Fields fields, long seed) {
        int participants = fields.integer("participants", 30, 1, MANY);
        int features = fields.integer("features", 60, 1, 100_000);
        int classes = fields.integer("classes", 10, 2, 1000);
        double alpha = fields.number("alpha", 1, 0, 1e6);
        double beta = fields.number("beta", 1, 0, 1e6);
        return () -> own(SyntheticData.generate(participants, features, classes, alpha, beta, seed));
    }

    private static Supplier<SimulationData> fsyn(Path file) {
        return () -> own(FsynFile.read(file));
    }

    private static SimulationData own(FederatedDataset data) {
        LabelledSet test = data.pooledTest();
        return of(data, test.size() == 0 ? data.pooledTrain() : test, null);
    }

    private static Supplier<SimulationData> mnist(Fields fields, Path base, long seed) {
        Path folder = fields.path("folder", base);
        boolean standardize = fields.flag("standardize", false);
        if (fields.has("users")) {
            Path users = fields.path("users", base);
            return () -> mnistUsers(folder, users, standardize);
        }
        Fields split = fields.object("partition");
        int participants = split.integer("participants", 100, 1, MANY);
        Partitioner partitioner = partitioner(split);
        split.finish();
        return () -> {
            LabelledSet train = MnistFiles.train(folder);
            LabelledSet test = MnistFiles.test(folder);
            Standardization scaling = standardize ? Standardization.fit(train) : null;
            return of(
                    FederatedDataset.partition(
                            scaling == null ? train : scaling.apply(train), partitioner, participants, seed),
                    scaling == null ? test : scaling.apply(test),
                    scaling);
        };
    }

    private static SimulationData mnistUsers(Path folder, Path users, boolean standardize) {
        LabelledSet train = MnistFiles.train(folder);
        Standardization scaling = standardize ? Standardization.fit(train) : null;
        LabelledSet test = MnistFiles.test(folder);
        LabelledSet all = LabelledSet.union(List.of(train, test));
        FederatedDataset data = MnistFiles.users(scaling == null ? all : scaling.apply(all), users);
        LabelledSet own = data.pooledTest();
        LabelledSet evaluation = own.size() > 0 ? own : scaling == null ? test : scaling.apply(test);
        return of(data, evaluation, scaling);
    }

    private static Partitioner partitioner(Fields split) {
        return switch (split.word("type", "iid", "shards", "dirichlet", "power-law")) {
            case "shards" -> Partitioner.labelShards(split.integer("shards", 2, 1, 1000));
            case "dirichlet" -> Partitioner.dirichlet(split.number("alpha", 0.5, 1e-3, 1e6));
            case "power-law" -> Partitioner.powerLaw(split.number("exponent", 1, 0, 10));
            default -> Partitioner.iid();
        };
    }
}
