<?php

// A walk through the service with the PHP client; run by others.test.ts, which gives the address.

declare(strict_types=1);

namespace Imprint;

require __DIR__ . '/../../openapi/sdk/php/Imprint.php';

function expect(string $what, bool $ok): void
{
    if (!$ok) {
        throw new \LogicException($what);
    }
}

function statusOf(callable $call): int
{
    try {
        $call();
        return 200;
    } catch (ApiError $error) {
        return $error->status;
    }
}

const EMAIL = 'php@example.com';
const PASSWORD = 'correct horse battery staple';

$token = '';
$client = new Client(new Config(serverUrl: $argv[1], auth: ['bearer' => function () use (&$token) {
    return $token;
}]));
$client->registerUser(new RegisterUser(email: EMAIL, password: PASSWORD));
$token = $client->login(new Login(email: EMAIL, password: PASSWORD))->accessToken;

foreach (range(0, 2) as $number) {
    $text = 'Written with PHP, and long enough.';
    $client->createPost(new CreatePost(title: "Number $number", body: $text, status: NewPostStatus::Published));
}
$found = iterator_to_array($client->listMyPostsItems(perPage: 2), false);
expect('all pages are listed', count($found) === 3);

$id = $found[0]->id;
$etag = $client->getPostWithHeaders($id)->headers['etag'];
$change = new UpdatePost(title: 'Another title');
expect('a change needs If-Match', statusOf(fn () => $client->updatePost($id, $change)) === 428);
$changed = $client->updatePost($id, $change, headers: ['If-Match' => $etag]);
expect('the title is changed', $changed->title === 'Another title');

$newer = ['type' => '', 'title' => '', 'status' => 402, 'detail' => 'Newer.', 'instance' => '', 'request_id' => ''];
$problem = Problem::fromArray([...$newer, 'code' => 'payment_required']);
expect('a code that is newer is null', $problem->code === null && $problem->toArray()['code'] === null);
expect('one that is known is itself', Problem::fromArray([...$newer, 'code' => 'forbidden'])->code === ProblemCode::Forbidden);

$entry = array_fill_keys(['actor_id', 'problem_code', 'target_type', 'target_id', 'user_agent'], null);
$text = array_fill_keys(['id', 'occurred_at', 'action', 'outcome', 'ip', 'request_id'], 'newer');
$read = AuditEntry::fromArray([...$entry, ...$text, 'changes' => []]);
expect('what is null, or newer, is null', $read->targetType === null && $read->outcome === null);

$client->logout();
expect('a token ends with its session', statusOf(fn () => $client->getCurrentUser()) === 401);
echo "walked\n";
