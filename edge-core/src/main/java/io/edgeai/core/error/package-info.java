/**
 * Every failure a caller can meet, one type per thing the caller can do about it. Messages name the thing and its value; a second sentence beginning "Maybe" gives the repair.
 */
@NullMarked
package io.edgeai.core.error;

import org.jspecify.annotations.NullMarked;
