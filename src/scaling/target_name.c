/*
 * See target_name.h.
 */
#include "scaling/target_name.h"

#include "common/hashfn.h"

#include "model/resource_name.h"

#define SERVICE_ROLE                                          \
	"role/aws-service-role/dynamodb.application-autoscaling." \
	"amazonaws.com/AWSServiceRoleForApplicationAutoScaling_"  \
	"DynamoDBTable"

static uint64
Hash(const char *text, uint64 seed)
{
	return hash_bytes_extended((const unsigned char *) text, strlen(text), seed);
}

static char *
NameOf(const ScalableResource *resource, Bytes policy)
{
	return psprintf("%s:%s:%.*s", ResourceId(resource), ResourceDimension(resource),
	                BYTES_ARGS(policy));
}

char *
TargetArn(const ScalableResource *resource)
{
	char *name = NameOf(resource, BYTES_LITERAL(""));

	return ServiceArn("application-autoscaling", psprintf("scalable-target/0ec5%016llx%016llx",
	                                                      (unsigned long long) Hash(name, 1),
	                                                      (unsigned long long) Hash(name, 2)));
}

char *
PolicyArn(const ScalableResource *resource, Bytes policy)
{
	char *name = NameOf(resource, policy);
	uint64 high = Hash(name, 1);
	uint64 low = Hash(name, 2);

	return ServiceArn(
	    "autoscaling",
	    psprintf("scalingPolicy:%08x-%04x-%04x-%04x-%012llx:resource/dynamodb/%s:policyName/%.*s",
	             (uint32) (high >> 32), (uint32) (high >> 16) & 0xffff, (uint32) high & 0xffff,
	             (uint32) (low >> 48), (unsigned long long) (low & UINT64CONST(0xffffffffffff)),
	             ResourceId(resource), BYTES_ARGS(policy)));
}

char *
TargetRoleArn(void)
{
	return psprintf("arn:aws:iam::%s:" SERVICE_ROLE, AccountId());
}
