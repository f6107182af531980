package io.edgeai.federated.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads FSYN files, a compact form of the FedProx synthetic sets, plain or gzip: {@code 'FSYN'}, int32 users, features,
 * classes; then for each user int32 train and test counts, float32 train values, uint8 train labels, float32 test values,
 * uint8 test labels, all little-endian.
 */
public final class FsynFile {
    private FsynFile() {}

    /** @throws io.edgeai.core.error.InvalidInputException where the file is missing, damaged or cut off */
    public static FederatedDataset read(Path file) {
        return BoundedInput.read(file, in -> {
            ByteBuffer head = numbers(in, 16, "The header");
            int magic = head.getInt();
            if (magic != ('F' | 'S' << 8 | 'Y' << 16 | 'N' << 24)) {
                throw in.bad("it begins with (0x" + Integer.toHexString(magic) + "), not FSYN");
            }
            int users = head.getInt();
            int features = head.getInt();
            int classes = head.getInt();
            if (users < 1 || features < 1 || features > 1 << 24 || classes < 2 || classes > 256) {
                throw in.bad("it claims (" + users + ") users, (" + features + ") features, (" + classes + ") classes");
            }
            in.require(8L * users, "Users");
            List<ParticipantData> participants = new ArrayList<>();
            for (int user = 0; user < users; user++) {
                ByteBuffer counts = numbers(in, 8, "User " + user);
                int train = counts.getInt();
                int test = counts.getInt();
                if (train < 1 || test < 0) {
                    throw in.bad("user " + user + " has (" + train + ") train and (" + test + ") test samples");
                }
                participants.add(new ParticipantData(
                        Integer.toString(user), set(in, train, features, classes), set(in, test, features, classes)));
            }
            in.expectEnd();
            return new FederatedDataset(participants);
        });
    }

    private static LabelledSet set(BoundedInput in, int count, int features, int classes) throws IOException {
        long bytes = 4L * count * features;
        in.require(bytes, "A set of " + count + " samples");
        ByteBuffer samples = numbers(in, (int) bytes, "A set of " + count + " samples");
        float[] values = new float[count * features];
        samples.asFloatBuffer().get(values);
        byte[] raw = in.bytes(count, "Labels");
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = raw[i] & 0xFF;
            if (labels[i] >= classes) {
                throw in.bad("a label is (" + labels[i] + ") of " + classes + " classes");
            }
        }
        return LabelledSet.of(values, features, labels, classes);
    }

    private static ByteBuffer numbers(BoundedInput in, int count, String what) throws IOException {
        return ByteBuffer.wrap(in.bytes(count, what)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
